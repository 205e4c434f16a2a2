"""A corrective action as programs and pages show it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.dispatch.corrective.matter import opening_of, rule_of
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.queries import cases_of


def pack_of_action(action: HandledCase) -> Pack:
    """The version of the procedure by which it is judged."""
    return here.get().procedures.pack(action.told.procedure, action.told.procedure_version)


def action_as_json(action: HandledCase) -> dict[str, Any]:
    """A corrective action as a program reads it."""
    said = action.opened
    rule, opening = rule_of(pack_of_action(action), action), opening_of(pack_of_action(action), action)
    return {
        "id": action.id,
        "number": action.number,
        "action": action.action,
        "title": rule.title.model_dump(),
        "state": action.action_state,
        "round": action.round,
        "opened_by": said["by"],
        "opening": opening.title.model_dump(),
        "opened_at": datetime.fromisoformat(said["at"]),
        "because": action.content,
        "case": said.get("case"),
        "case_number": said.get("case_number"),
        "alarm": said.get("alarm"),
        "person": said.get("person"),
        "place": action.place,
        "desk": rule.desk,
        "decided_by": opening.decided_by,
        "reason": said.get("reason"),
        "ended_at": action.closed_at,
        "counted": said.get("counted"),
        "url": action.url,
    }


def rounds_of(duties: list[Duty]) -> list[tuple[int, list[Duty]]]:
    """The duties by their round, the latest round first."""
    return [
        (number, [duty for duty in duties if duty.round == number])
        for number in sorted({duty.round for duty in duties}, reverse=True)
    ]


def figures_after(action: HandledCase) -> list[tuple[str, str]]:
    """The figure of each period after its end, as the page shows them; none before they were counted."""
    said = action.opened.get("counted") or {}
    return [
        (period, f"{figure:g}") for period, figure in zip(said.get("periods", ()), said.get("figures", ()), strict=True)
    ]


async def actions_of(read: Read, person: Person, case: HandledCase) -> list[dict[str, Any]]:
    """What a case brought about, as far as this person may see it."""
    ids = [str(one["id"]) for one in case.actions.values()]
    found = (await cases_of(read, person, ids)).values() if ids else ()
    return [action_as_json(one) for one in found]
