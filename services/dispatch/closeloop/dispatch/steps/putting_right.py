"""What people do when a duty does not go straight: send it back, or put a limit off."""

from __future__ import annotations

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, breached
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyRejected
from closeloop.contracts.vocabulary import ClauseKind, DutyState
from closeloop.dispatch.model import Duty
from closeloop.dispatch.signing.sign_offs import ask_for_names
from closeloop.dispatch.steps.forms import RejectForm
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.stepping import open_step

Desks = frozenset[str]


@acts
def reject_duty(work: Work, number: int, form: RejectForm, desks: Desks) -> Duty:
    """Work that is not good enough goes back to whoever did it; a duty on the wrong desk goes back to the sender."""
    on = Handling.of(work, number)
    duty = on.duty
    clause = on.rule.clauses[0] if on.rule.clauses else None
    if duty.is_gone or on.case.closed_at or duty.round != on.case.round:
        raise Refused(_("This duty is over; there is nothing to send back."), clause=clause)
    from_desk = duty.tracked_by if duty.is_past("finished") else duty.desk
    is_theirs = from_desk in desks or (work.by is not None and duty.worker == work.by.id and from_desk == duty.desk)
    if not is_theirs or duty.is_misrouted:
        desk = on.pack.title_of(duty.tracked_by if duty.is_misrouted else from_desk).model_dump()
        raise Refused(_("Only “{desk}” sends this back.", desk=desk), clause=clause)
    entry = {"at": work.now.isoformat(), "by": work.by.id if work.by else "", "from": from_desk, "reason": form.reason}
    duty.came_back = [*duty.came_back, {**entry, "result": duty.result}]
    if duty.is_past("finished"):
        do_it_again(on, first_of_the_work(on), form.reason, from_desk)
    else:
        _send_elsewhere(on, form.reason, from_desk)
    return duty


def first_of_the_work(on: Handling) -> str:
    """The step from which work that is not good enough is done once more: the first after accepting and assigning."""
    order = on.steps.order
    begun = [i for i, step in enumerate(order) if step in ("accept", "assign") and "finish" in order[i:]]
    return order[max(begun) + 1] if begun else order[0]


def do_it_again(on: Handling, step: str, reason: str, from_desk: str) -> None:
    """The steps from this one on are taken once more, by a limit of their own."""
    duty, rules = on.duty, on.pack.dispatch
    on.lift_marks()
    duty.go_back_to(step, on.steps)
    duty.outcome = duty.result = duty.signature = duty.drawing = duty.opinion = duty.satisfied = None
    duty.record_id = None
    judging: list[Judgement] = []
    on.learn()
    for left in duty.steps_left(on.steps, on.facts):
        judging += open_step(on, left.name)
    if not on.running():
        names = [name for name in rules.limits_of(on.rule, 2) if not duty.is_past(rules.limits[name].stops)]
        judging += on.start_limits(names, on.work.now)
    on.look_at_limits()
    on.tell(DutyRejected, judging, reason=reason, from_desk=from_desk)
    ask_for_names(on)
    on.ask_for_next_step()


def _send_elsewhere(on: Handling, reason: str, from_desk: str) -> None:
    """The sender has it again and rates the case anew; its limits run on, so that it is not forgotten.

    It was sent to the wrong desk: the clauses that name the right one were not kept here.
    """
    duty, clauses = on.duty, on.pack.dispatch.clauses_of(on.rule, on.facts)
    routing = [clause for clause in clauses if on.pack.clauses[clause].kind is ClauseKind.ROUTING]
    judging = breached(routing, of=f"{duty.of}:misrouted")
    duty.state, duty.desk, duty.worker, duty.is_misrouted = DutyState.ISSUED, duty.tracked_by, None, True
    duty.steps, duty.crew = {}, []
    on.tell(DutyRejected, judging, reason=reason, from_desk=from_desk)
    on.ask_for_next_step()
