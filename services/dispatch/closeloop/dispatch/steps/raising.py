"""Handing up: whoever has a duty says that they cannot handle the case, and the next level has it at once.

The case is rated higher here and now, though intake alone rates: nothing waits for it, and nothing is ever on no desk.
Until intake has said that it heard of this, what it tells of the case may be older; then the higher value counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import kept, not_applicable
from closeloop.chassis.packs import Held, Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import keeps
from closeloop.chassis.signing import drop_signing
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyRaised
from closeloop.contracts.vocabulary import DutyState
from closeloop.dispatch.issuing.handing_out import hand_out
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.steps.handling import Handling

CANNOT_HANDLE: Literal["cannot_handle"] = "cannot_handle"


class HandUpForm(BaseModel):
    """Why a case cannot be handled here."""

    model_config = ConfigDict(str_strip_whitespace=True)

    reason: str = Field(min_length=2, max_length=2_000)
    """Why; the next level reads it, and it stays on record."""


@keeps("raises", key="case_id")
class Raise:
    """A case was rated higher here; the row is kept until intake has said that it heard of it."""

    id: str
    case_id: str
    facet: str
    value: str
    at: datetime


@acts
def hand_up_duty(work: Work, number: int, form: HandUpForm, desks: frozenset[str]) -> Duty:
    """The level that has the case gives it up, with a reason; the next one gets it with what was written so far."""
    on = Handling.of(work, number)
    duty, case = on.duty, on.case
    held = level_above(on.pack, case, duty)
    if held is None:
        raise Refused(_("Nobody above takes “{title}” over: it is handled at this desk.", title=duty.title))
    clauses = held.criterion.clauses
    if not may_hand_up(on.pack, duty, by=work.by, desks=desks):
        desk = on.pack.title_of(duty.desk).model_dump()
        raise Refused(_("Only “{desk}” says that it cannot handle this.", desk=desk), clause=clauses)
    assert work.by is not None
    before = on.header.facets[held.facet]
    judging = on.stop_running()
    over = {(one.clause, one.of) for one in judging}
    for occasion in on.open_occasions():
        if (occasion.clause, occasion.of) not in over:
            judging += not_applicable([occasion.clause], of=occasion.of)
    drop_signing(work, duty.of)
    taken = {"at": work.now.astimezone(UTC).isoformat(), "by": work.by.id, "reason": form.reason}
    duty.steps, duty.state = {**duty.steps, CANNOT_HANDLE: taken}, DutyState.HANDED_UP
    on.look_at_limits()
    on.ask_for_next_step()
    case.rated = {**case.rated, held.facet: held.value}
    case.record = _carried_on(case, duty)
    on.learn()
    said: dict[str, Any] = {"before": before, "to": held.value, "criterion": held.name, "reason": form.reason}
    told = work.publish(
        DutyRaised(**on.said(), facet=held.facet, **said), judging=[*judging, *kept(clauses, of=held.of)]
    )
    work.add(Raise(told.id, case.id, held.facet, held.value, work.now))
    hand_out(work, on.pack, case)
    on.say_whether_settled()
    return duty


def level_above(pack: Pack, case: HandledCase, duty: Duty) -> Held | None:
    """The criterion by which this duty goes to a higher level; none if there is no such level, or it is over."""
    if duty.kind != "handling" or not duty.is_open or duty.round != case.round or case.closed_at:
        return None
    facets, asked = case.told.facets, pack.dispatch.duty(duty.rule).when.facts_needed
    for held in pack.intake.raised_by(facets, CANNOT_HANDLE):
        if held.facet in asked and pack.intake.desk_of(held.facet, facets) in (None, duty.issued_to):
            return held
    return None


def may_hand_up(pack: Pack, duty: Duty, *, by: Person | None, desks: frozenset[str]) -> bool:
    """Whoever may finish the work may say that they cannot."""
    rule = pack.dispatch.duty(duty.rule).entry
    step = "finish" if "finish" in rule.steps else next(iter(rule.steps))
    return duty.may_take(step, rule, by=by, desks=desks)


def keep_raised(work: Work, pack: Pack, case: HandledCase, heard: Iterable[str] = ()) -> None:
    """What intake tells counts, unless it has not heard yet that the case was rated higher here."""
    raised = work.all(Raise)
    known = set(heard)
    rated = {facet: value for facet, value in case.rated.items() if all(one.facet != facet for one in raised)}
    for one in raised:
        told = case.header["facets"].get(one.facet, "")
        if one.id in known:
            work.remove(one)
        elif pack.intake.is_lower(one.facet, rated.get(one.facet, told), one.value):
            rated[one.facet] = one.value
    case.rated = rated


def _carried_on(case: HandledCase, duty: Duty) -> dict[str, Any]:
    """The record goes on: whoever gets the case next begins with what was written on the form so far."""
    before = case.record or {"form": duty.form}
    return {**before, "fields": {**before.get("fields", {}), **duty.record}}
