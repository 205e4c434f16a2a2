"""Handing out: a case in a round gets the duties that the procedure asks for, and loses those that it does not."""

from __future__ import annotations

from collections.abc import Iterable

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Facts, Rule
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyIssued, LimitSet
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.contracts.procedure.step import KNOWN_STEPS
from closeloop.contracts.vocabulary import ClauseKind, DutyState
from closeloop.dispatch.corrective.ending import goes_round_again
from closeloop.dispatch.corrective.matter import carried_along, rule_of
from closeloop.dispatch.corrective.opening import open_what_is_due
from closeloop.dispatch.deciding.necessity import ask_what_is_necessary, decided_questions
from closeloop.dispatch.issuing.coming import Whose, desks_for, each_of, may_come
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.limits.judging import judge_limits, limits_of_a_step
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.sheets.records import as_record, fill_in, first_part
from closeloop.dispatch.signing.sign_offs import ask_for_names
from closeloop.dispatch.steps.forms import StepForm
from closeloop.dispatch.steps.handling import Handling, standing_duties
from closeloop.dispatch.steps.stepping import open_step, tell_of_step
from closeloop.dispatch.steps.telling import look_at_tellings

KEPT_BY_ISSUING = (ClauseKind.ROUTING, ClauseKind.TRIGGER, ClauseKind.LOOP)
"""Clauses of these kinds ask that the duty reaches the right desk; others are kept when it is returned."""
OF_AN_ACTION = (ClauseKind.ROUTING, ClauseKind.TRIGGER)
"""The same for duties of a corrective action: its measures are kept by doing them."""


def hand_out(work: Work, pack: Pack, case: HandledCase) -> None:
    """Issue what the round of the case needs, withdraw what it does not need; what stands already stays."""
    facts = known_facts(pack, case, work.all(Duty))
    rules = pack.dispatch.duties_for(facts)
    wanted = {rule.name: desks_for(pack, rule, case, facts) for rule in rules}
    for duty in work.all(Duty):
        same_desk = duty.issued_to in wanted.get(duty.rule, ()) and not duty.is_misrouted
        by_hand = duty.issued_by is not None and not duty.is_misrouted
        if duty.is_open and (duty.round != case.round or not (same_desk or by_hand)):
            Handling.of_duty(work, duty).withdraw("assessed anew" if duty.round == case.round else "another round")
    for rule in rules:
        for desk in wanted[rule.name]:
            standing = standing_duties(work, case)
            has_it = any(duty.rule == rule.name and duty.issued_to == desk for duty in standing)
            if not has_it and not _comes_later(work, pack, case, rule, facts):
                for one in each_of(pack, rule, case):
                    issue(work, pack, case, rule, desk=desk, whose=one)
    ask_what_is_necessary(work, pack, case, facts)
    look_at_limits(work, pack, case)
    standing = standing_duties(work, case)
    if standing:
        work.done("no_duty", of="case")
        for duty in standing:
            on = Handling.of_duty(work, duty)
            if duty.rule in pack.dispatch.tellings:
                look_at_tellings(on)
            on.set_marks()
    else:
        _ask_the_desk(work, pack, case)
    if case.action is not None:
        if goes_round_again(work, pack, case):
            hand_out(work, pack, case)
    elif pack.dispatch.opened_by_cases:
        open_what_is_due(work, pack, case, facts)


def carry_on(on: Handling, step: str, form: StepForm) -> None:
    """After a step: rules that waited for what it brought are decided again, and the next step lies on a desk.

    What comes next is issued before anybody hears that nothing is open: else the case might close in between.
    """
    if form.rates and step in KNOWN_STEPS:
        tell_of_step(on, step, [], form, occurred_at=on.work.now)
    look_at_limits(on.work, on.pack, on.case)
    ask_for_names(on)
    brought = {*on.rule.entry.steps[step].fields, *form.rates}
    if step == "return" or brought & on.pack.dispatch.facts_asked:
        hand_out(on.work, on.pack, on.case)
    on.went_on()


def look_at_limits(work: Work, pack: Pack, case: HandledCase) -> None:
    """What became known may start, stop or move limits; duties stand in lists by them."""
    for duty in judge_limits(work, pack, case):
        on = Handling.of_duty(work, duty)
        on.look_at_limits()
        on.ask_for_next_step()


def issue(
    work: Work,
    pack: Pack,
    case: HandledCase,
    rule: Rule[DutyRule],
    *,
    desk: str,
    whose: Whose,
    because: str | None = None,
) -> Duty:
    """Somebody must now do something for the case, by its limits, on its form; a person who wants it says why."""
    header, entry = case.told, rule.entry
    earlier = work.all(Duty)
    form = pack.forms[entry.form]
    before = [duty for duty in earlier if duty.rule == rule.name and duty.round < case.round]
    last = max(before, key=lambda duty: duty.number, default=None)
    department = desk if desk in pack.head.departments else pack.head.roles[desk].department
    duty = Duty(
        id=f"{case.id}.{len(earlier) + 1}",
        case_id=case.id,
        number=len(earlier) + 1,
        case_number=case.number,
        rule=rule.name,
        title=entry.title.model_dump(),
        kind=entry.kind,
        round=case.round,
        desk=desk,
        issued_to=desk,
        of_department=department,
        tracked_by=entry.tracked_by or (pack.head.desk if case.action is None else rule_of(pack, case).desk),
        form=entry.form,
        place=whose.place,
        audience="restricted" if entry.restricted_to else case.audience,
        procedure=header.procedure,
        procedure_version=header.procedure_version,
        content=case.content,
        issued_at=work.now,
        record=first_part(form, case),
        worker=whose.person,
        again_of=last.id if last else None,
        issued_by=work.by.id if work.by and because is not None else None,
        because=because,
    )
    work.add(duty)
    if case.action is not None:
        asked = {name for step in entry.steps.values() for name in step.fields}
        duty.record = {**duty.record, **carried_along(earlier, entry.form, asked)}
    on = Handling(work, pack, case, duty, rule)
    on.lift_marks()
    fill_in(duty, form, {"issued_at": work.now.isoformat(), "desk_title": pack.title_of(desk).zh})
    judging = [*_occasions(on), *limits_of_a_step(on.holder, issuing=True)]
    on.look_at_limits()
    names = pack.dispatch.limits
    running = [LimitSet(name=one.name, due_at=one.due_at, stops=names[one.name].stops) for one in on.running()]
    on.tell(
        DutyIssued,
        judging,
        title=entry.title,
        content=case.content,
        due_at=duty.due_at,
        limits=tuple(running),
        again_of=duty.again_of,
        record=as_record(duty, form),
    )
    on.ask_for_next_step()
    return duty


def some_desks(
    work: Work, pack: Pack, case: HandledCase, rule: Rule[DutyRule], picked: Iterable[str]
) -> tuple[str, ...]:
    """The desks that somebody picked among those that the procedure names; where it names them itself, those."""
    to, decision = pack.dispatch.to(rule, case.round), rule.entry.when_necessary
    clause = next(iter((*(decision.clauses if decision else ()), *rule.clauses)), None)
    chosen = tuple(dict.fromkeys(picked))
    if not to.among:
        if not (desks := desks_for(pack, rule, case, known_facts(pack, case, work.all(Duty)))):
            raise Refused(_("Nobody knows yet who gets this. Say that first."), clause=clause)
        return desks
    strange = [desk for desk in chosen if desk not in to.among]
    if strange or not chosen:
        offered = ", ".join(pack.title_of(desk).en for desk in to.among)
        raise Refused(_("Choose one or more of: {offered}.", offered=offered), clause=clause)
    return chosen


def _comes_later(work: Work, pack: Pack, case: HandledCase, rule: Rule[DutyRule], facts: Facts) -> bool:
    """Whether a duty that has to be returned before is not back, or may still come."""
    standing = standing_duties(work, case)
    for name in rule.entry.after:
        mine = [duty for duty in standing if duty.rule == name]
        if any(duty.state is not DutyState.RETURNED for duty in mine):
            return True
        decided = {one.rule for one in decided_questions(work) if one.round == case.round}
        if not mine and may_come(pack, case, work.all(Duty), pack.dispatch.duty(name), facts, decided):
            return True
    return False


def _occasions(on: Handling) -> list[Judgement]:
    """Each clause of the duty becomes applicable; what asks for nothing but the right desk is kept by this."""
    duty, entry = on.duty, on.rule.entry
    again = entry.further_rounds.clauses if entry.further_rounds and duty.round > 1 else ()
    clauses = dict.fromkeys((*on.pack.dispatch.clauses_of(on.rule, on.facts), *again))
    kinds = KEPT_BY_ISSUING if on.case.action is None else OF_AN_ACTION
    by_issuing = [clause for clause in clauses if on.pack.clauses[clause].kind in kinds]
    judging = opened(clauses, of=duty.of) + kept(by_issuing, of=duty.of)
    for step in entry.steps:
        judging += open_step(on, step)
    return judging


def _ask_the_desk(work: Work, pack: Pack, case: HandledCase) -> None:
    """No duty fits the case: a person has to look, so that it is not forgotten."""
    work.done("no_duty", of="case")
    work.task(
        desk=pack.head.desk,
        kind="no_duty",
        of="case",
        title=("没有适用的任务，请重新判定", "No duty fits this case: rate it anew"),
        url=case.url,
        place=case.place,
        audience=case.audience,
        case=case.told,
    )
