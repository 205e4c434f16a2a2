"""A step is taken: what it needs is there, facets are rated, and what it ends is judged."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.guided import guided
from closeloop.chassis.i18n import _
from closeloop.chassis.needs import meet_needs, open_needs
from closeloop.chassis.occasions import Judgement, breached, kept, not_applicable, opened
from closeloop.chassis.refusals import Refused
from closeloop.contracts.dispatch import DutyStepped
from closeloop.contracts.procedure.step import moment_of
from closeloop.dispatch.accounts.posting import post_at
from closeloop.dispatch.deciding.necessity import decided_questions
from closeloop.dispatch.issuing.facts import facts_with_form
from closeloop.dispatch.model import Duty, clause_of, clauses_of
from closeloop.dispatch.sheets.records import as_record, write_ratings
from closeloop.dispatch.signing.by_step import sign_step
from closeloop.dispatch.signing.sign_offs import end_names
from closeloop.dispatch.steps.forms import StepForm
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.notices import tell_desks


def step_judged(on: Handling, step: str, at: datetime, form: StepForm) -> list[Judgement]:
    """The step is taken; what it ends: needs, clauses, limits, and the guidance that was in front."""
    hangs_on, work = f"{on.duty.of}:{step}", on.work
    _rate(on, step, form)
    judging = _needs_met(on, step, form)
    late = form.happened_at is not None
    judging += guided(work, on.pack, step, on.facts, form.guidance, of=hangs_on, entered_later=late)
    assert work.by is not None
    work.acts_on(on.steps[step].entry.by or on.duty.worker or on.duty.desk)
    on.duty.take(step, at=at, by=work.by.id, steps=on.steps, **form.said())
    if on.steps[step].entry.signed:
        sign_step(on, step, at)
    on.learn()
    post_at(on, moment_of(step))
    judging += kept(on.clauses_of_step(step), of=hangs_on)
    judging += on.limits_of_a_step()
    judging += _passed_over(on, step)
    tell_desks(on, step)
    return judging + _left_open(on, judging) if step == "return" else judging


def tell_of_step(on: Handling, step: str, judging: list[Judgement], form: StepForm, occurred_at: datetime) -> None:
    """The others hear of a step of the procedure's own, and of what was rated with it."""
    on.tell(
        DutyStepped,
        judging,
        step=step,
        title=on.steps[step].title,
        rated=form.rates,
        record=as_record(on.duty, on.form),
        occurred_at=occurred_at,
    )


def open_step(on: Handling, step: str) -> list[Judgement]:
    """The clauses of a step and of its needs are waited for, unless the case certainly does not get the step."""
    hangs_on, of = f"{on.duty.of}:{step}", on.steps[step]
    if of.when.decide(on.facts) is False:
        return []
    return opened(on.clauses_of_step(step), of=hangs_on) + open_needs(of.needs, of=hangs_on)


def _needs_met(on: Handling, step: str, form: StepForm) -> list[Judgement]:
    """What the step needs is there; most steps need nothing."""
    needs = on.steps[step].needs
    if not needs:
        return []
    decided = {one.rule for one in decided_questions(on.work) if one.round == on.case.round}
    facts = facts_with_form(on.pack, on.case, on.work.all(Duty), on.duty, decided)
    return meet_needs(needs, facts, of=f"{on.duty.of}:{step}", necessary=form.necessary)


def _left_open(on: Handling, before: list[Judgement]) -> list[Judgement]:
    """The duty is back: what it is for is kept, a step that was left out is breached, the rest did not apply."""
    duty = on.duty
    judging = [*on.stop_running(), *end_names(on)]
    on.end_tellings()
    judging += kept([one.clause for one in on.open_occasions() if one.of == duty.of], of=duty.of)
    decided = {(one.clause, one.of) for one in (*before, *judging)}
    left_out = {f"{duty.of}:{name}" for name in (*on.rule.entry.steps, *duty.asked_to_tell)}
    for occasion in on.open_occasions():
        if occasion.of != duty.of and (occasion.clause, occasion.of) not in decided:
            ends = breached if occasion.of in left_out else not_applicable
            judging += ends([occasion.clause], of=occasion.of)
    return judging


def _passed_over(on: Handling, step: str) -> list[Judgement]:
    """Steps before this one that turned out not to be taken in this case."""
    earlier = on.steps.order[: on.steps.order.index(step)]
    skipped = tuple(
        f"{on.duty.of}:{name}"
        for name in earlier
        if name not in on.duty.steps and on.steps[name].when.decide(on.facts) is False
    )
    return [
        one
        for occasion in on.open_occasions()
        if any(occasion.of == of or occasion.of.startswith(f"{of}:") for of in skipped)
        for one in not_applicable([occasion.clause], of=occasion.of)
    ]


def _rate(on: Handling, step: str, form: StepForm) -> None:
    """Facets are rated with the step; from here on they are facts, and intake writes them into the case."""
    wanted, facets = on.steps[step].entry.rates, on.pack.intake.said.facets
    for name, value in form.rates.items():
        if name not in wanted or name not in facets or value not in facets[name].values:
            sentence = _("{facet} cannot be rated as {value} here.", value=value, facet=name)
            raise Refused(sentence, clause=clause_of(on.rule.entry, step))
    on.case.rated = {**on.case.rated, **form.rates}
    on.learn()
    write_ratings(on.duty, on.form, form.rates)
    known = on.header.facets
    for name in wanted:
        if name not in known:
            clauses = (*facets[name].clauses, *clauses_of(on.rule.entry, step))
            title = facets[name].title.model_dump()
            raise Refused(_("Please rate “{facet}” first.", facet=title), clause=next(iter(clauses), None))
