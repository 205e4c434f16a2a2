"""A corrective action as dispatch keeps it: what brought it about, where it stands, and what is told of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack
from closeloop.chassis.work import Work
from closeloop.contracts.corrective import ActionStepped
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.procedure.corrective import CorrectiveAction, Opening
from closeloop.contracts.vocabulary import Text
from closeloop.dispatch.model import Duty, HandledCase


class ActionState(StrEnum):
    """Where a corrective action stands."""

    ASKED = "asked"
    OPEN = "open"
    ENDED = "ended"
    NOT_NEEDED = "not_needed"
    UNFOUNDED = "unfounded"


STATE_WORDS: dict[str, dict[str, str]] = {
    "asked": {"zh": "待决定", "en": "To be decided"},
    "open": {"zh": "进行中", "en": "Going on"},
    "ended": {"zh": "已验证有效", "en": "Verified as effective"},
    "not_needed": {"zh": "不需要", "en": "Not needed"},
    "unfounded": {"zh": "不再适用", "en": "No longer called for"},
}

IN_NO_CASE = ("kind", "basic_kind", "channel", "contact_left", "wants_callback")
"""What only a case tells: of an action that no case brought about it is not known."""


def rules_for(pack: Pack, case: HandledCase) -> Pack:
    """The procedure as far as it speaks of this matter: of cases, or of one corrective action."""
    return pack.for_action(case.action) if case.action is not None else pack


def rule_of(pack: Pack, case: HandledCase) -> CorrectiveAction:
    """What the procedure says of a corrective action."""
    assert case.action is not None
    return pack.dispatch.actions[case.action].entry


def opening_of(pack: Pack, case: HandledCase) -> Opening:
    """What the procedure says of that which brought it about."""
    return rule_of(pack, case).opens[str(case.opened["by"])]


def opener_of(case: HandledCase) -> CaseHeader | None:
    """The case that brought a corrective action about; none if something else did."""
    of = case.opened.get("case")
    return case.told.model_copy(update={"id": of, "number": case.opened["case_number"]}) if of else None


def facts_of_an_action(case: HandledCase, facts: dict[str, Any]) -> dict[str, Any]:
    """What conditions may ask about it: what brought it about, and what the case tells where one did."""
    told = facts if case.opened.get("case") else {name: one for name, one in facts.items() if name not in IN_NO_CASE}
    return {**told, "opened_by": case.opened["by"], "handled_by": case.opened.get("desk")}


def carried_along(earlier: list[Duty], form: str, asked: Iterable[str]) -> dict[str, Any]:
    """What was written in earlier duties on the same form; what the next one asks for is written anew.

    Where several people carried the same thing out, each of their texts stands.
    """
    carried: dict[str, Any] = {}
    for duty in earlier:
        if duty.form != form or duty.is_gone:
            continue
        for name, value in duty.record.items():
            before = carried.get(name)
            both = isinstance(before, str) and isinstance(value, str) and value not in (before, *before.split("\n"))
            carried[name] = f"{before}\n{value}" if both and _several(duty, name, earlier) else value
    wanted = set(asked)
    return {name: value for name, value in carried.items() if name not in wanted}


def _several(duty: Duty, name: str, earlier: list[Duty]) -> bool:
    """Whether others have a duty of the same rule in the same round on which this stands too."""
    return any(
        one.rule == duty.rule and one.round == duty.round and one.id != duty.id and one.record.get(name)
        for one in earlier
    )


def said_of(case: HandledCase, title: Text) -> dict[str, Any]:
    """What every event of a corrective action says of it."""
    return {
        "action_id": case.id,
        "number": case.number,
        "action": case.action,
        "title": title,
        "round": case.round,
        "opened_by": str(case.opened["by"]),
        "opened_at": datetime.fromisoformat(case.opened["at"]),
        "case": opener_of(case),
        "place": case.place,
        "audience": case.audience,
        "procedure": case.told.procedure,
        "procedure_version": case.told.procedure_version,
    }


def tell_of_a_duty(
    work: Work, pack: Pack, case: HandledCase, duty: Duty | None, what: type[Event], judging: Iterable[Judgement]
) -> None:
    """Something was done for it: told under the action, since no case has such a duty."""
    told = ActionStepped(
        **said_of(case, rule_of(pack, case).title),
        duty=duty.rule if duty is not None else "",
        duty_number=duty.number if duty is not None else 0,
        desk=duty.desk if duty is not None else "",
        what=".".join(what.subject.split(".")[:2]),
    )
    work.publish(told, judging=judging)
