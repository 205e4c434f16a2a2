"""Notices: desks that a step, or a telling, tells what was done, each with a mark that it was read."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs.step_rules import Steps
from closeloop.chassis.refusals import Refused
from closeloop.dispatch.model import Duty, clause_of, title_of
from closeloop.dispatch.steps.handling import Handling

READ = "read_notice"


def tell_desks(on: Handling, step: str) -> None:
    """What was done lies on the desk of whoever is to know of it."""
    for desk in on.steps[step].entry.tells:
        lay_before(on, step, desk, title_of(step, on.steps))


def lay_before(on: Handling, what: str, desk: str, title: dict[str, str]) -> None:
    """A desk finds among its tasks what it is to read."""
    duty = on.duty
    on.work.task(
        desk=desk,
        kind=READ,
        of=_of(on, what, desk),
        title=(f"{duty.title['zh']}：请阅“{title['zh']}”", f"{duty.title['en']}: read “{title['en']}”"),
        url=duty.url,
        place=duty.place,
        audience=duty.audience,
        case=on.header,
    )


def note_read(on: Handling, step: str, desks: frozenset[str]) -> None:
    """The desk has read it; what was not told to anybody of them is refused."""
    told = [desk for name, desk in unread(on.duty, on.steps) if name == step and desk in desks]
    if not told:
        clause = clause_of(on.rule.entry, step) if step in on.steps else None
        raise Refused(
            _("There is nothing to read here for you. It was read already, or told to others."), clause=clause
        )
    assert on.work.by is not None
    read = {desk: {"at": on.work.now.isoformat(), "by": on.work.by.id} for desk in told}
    taken = on.duty.steps.get(step)
    if taken is not None:
        on.duty.steps = {**on.duty.steps, step: {**taken, "read": {**taken.get("read", {}), **read}}}
    else:
        said = [{**one, "read": read[one["to"]]} if _waits(one, step, told) else one for one in on.duty.told]
        on.duty.told = said
    for desk in told:
        on.work.done(READ, of=_of(on, step, desk))


def unread(duty: Duty, steps: Steps) -> list[tuple[str, str]]:
    """Steps and tellings that were told to desks which have not said yet that they read it, each with the desk."""
    by_steps = [
        (name, desk)
        for name, taken in duty.steps.items()
        if name in steps
        for desk in steps[name].entry.tells
        if desk not in taken.get("read", {})
    ]
    said = [(str(one["what"]), str(one["to"])) for one in duty.told if one.get("read") is False]
    return [*by_steps, *dict.fromkeys(said)]


def _waits(told: dict[str, Any], what: str, desks: list[str]) -> bool:
    return told["what"] == what and told["to"] in desks and told.get("read") is False


def _of(on: Handling, step: str, desk: str) -> str:
    return f"{on.duty.of}:{step}:{desk}"
