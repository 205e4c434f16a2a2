"""What people do at the steps that a procedure makes up: take them, say no to them, read what they tell."""

from __future__ import annotations

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.step import KNOWN_STEPS
from closeloop.dispatch.actions import begin, write_with
from closeloop.dispatch.issuing.handing_out import carry_on
from closeloop.dispatch.model import Duty, clause_of, title_of
from closeloop.dispatch.steps.forms import RefuseForm, StepForm
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.notices import note_read
from closeloop.dispatch.steps.putting_right import do_it_again
from closeloop.dispatch.steps.stepping import step_judged, tell_of_step

Desks = frozenset[str]


@acts
def take_step(work: Work, number: int, step: str, form: StepForm, desks: Desks) -> Duty:
    """A step of the procedure's own is taken: its fields are filled, its facets rated, what it needs is there."""
    if step in KNOWN_STEPS:
        raise NotFound()
    on, at = begin(work, number, step, form, desks)
    write_with(on, step, form.fields)
    judging = step_judged(on, step, at, form)
    tell_of_step(on, step, judging, form, occurred_at=at)
    carry_on(on, step, form)
    return on.duty


@acts
def refuse_step(work: Work, number: int, step: str, form: RefuseForm, desks: Desks) -> Duty:
    """Whoever would take the step says no, with a reason; the duty is done once more from the step that is named."""
    on, at = begin(work, number, step, form, desks)
    duty, entry = on.duty, on.steps[step].entry
    if entry.sends_back_to is None:
        sentence = _(
            "There is no saying no at “{step}”. Take it, or send the duty back.", step=title_of(step, on.steps)
        )
        raise Refused(sentence, clause=clause_of(on.rule.entry, step))
    write_with(on, step, form.fields, is_complete=False)
    said = {"at": at.isoformat(), "by": work.by.id if work.by else "", "from": entry.by or duty.desk}
    duty.came_back = [*duty.came_back, {**said, "step": step, "reason": form.reason, "result": duty.result}]
    do_it_again(on, entry.sends_back_to, form.reason, entry.by or duty.desk)
    return duty


@acts
def read_step(work: Work, number: int, step: str, form: StepForm, desks: Desks) -> Duty:
    """Somebody of a desk that was told says that they have read what was done."""
    on = Handling.of(work, number)
    note_read(on, step, desks)
    return on.duty
