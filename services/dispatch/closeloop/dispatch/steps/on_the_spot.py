"""On the spot: a case that was resolved while it was taken down has its steps taken in the same piece."""

from __future__ import annotations

from closeloop.chassis.needs import Necessary
from closeloop.chassis.occasions import kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.spot_rules import duty_on_the_spot
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.intake import ResolvedAtOnce
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch import actions
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.steps import own as own_steps
from closeloop.dispatch.steps.forms import ResultForm, ReturnForm, StepForm
from closeloop.dispatch.steps.handling import Handling, standing_duties


def carry_through(work: Work, pack: Pack, case: HandledCase, said: ResolvedAtOnce) -> None:
    """Every step counts as if taken by hand, by whoever registered; where one is locked, the duty stays open there."""
    duty = _duty(work, pack, case)
    if duty is None or duty.rule not in pack.dispatch.steps:
        return
    on = Handling.of_duty(work, duty)
    spot = on.rule.entry.on_the_spot
    duty.issued_at = min(duty.issued_at, said.at)
    before, work.by = work.by, _whoever_registered(pack, duty, said)
    desks = frozenset({duty.desk, *(step.entry.by for step in on.steps if step.entry.by)})
    try:
        for step in on.steps.left((), on.facts):
            _take(work, on, step.name, said, desks)
    except Refused:
        duty.record = {**duty.record, **{name: said.fields[name] for name in said.fields if name in on.form.fields}}
    else:
        work.judge(kept(spot.clauses if spot else (), of=f"{duty.of}:on_the_spot"))
    finally:
        work.by = before


def _take(work: Work, on: Handling, step: str, said: ResolvedAtOnce, desks: frozenset[str]) -> None:
    number = on.duty.number
    wanted = {name: value for name, value in said.fields.items() if name in on.form.fields}
    mine = {name: wanted[name] for name in on.rule.entry.steps[step].fields if name in wanted}
    needs = {need.name for need in on.steps[step].needs}
    about = {
        "happened_at": said.at if said.at < work.now and work.by and work.by.roles else None,
        "guidance": list(said.guidance),
        "necessary": {name: Necessary(**one) for name, one in said.necessary.items() if name in needs},
    }
    if step == "accept":
        actions.accept_duty(work, number, StepForm(fields=mine, **about), desks)
    elif step == "finish":
        actions.finish_duty(work, number, ResultForm(outcome=said.outcome, fields=wanted, **about), desks)
    elif step == "return":
        actions.return_duty(work, number, ReturnForm(fields=mine, **about), desks)
    else:
        own_steps.take_step(work, number, step, StepForm(fields=mine, **about), desks)


def _duty(work: Work, pack: Pack, case: HandledCase) -> Duty | None:
    standing = [duty for duty in standing_duties(work, case) if duty.state is DutyState.ISSUED]
    for duty in standing:
        rule = duty_on_the_spot(pack, Handling.of_duty(work, duty).facts)
        if rule is not None and rule.name == duty.rule:
            return duty
    return None


def _whoever_registered(pack: Pack, duty: Duty, said: ResolvedAtOnce) -> Person:
    may_backdate = {name for name, role in pack.head.roles.items() if "backdate" in role.may}
    return Person(said.by, said.name, roles=frozenset(may_backdate), audiences=frozenset({duty.audience}))
