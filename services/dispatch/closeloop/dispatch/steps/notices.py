"""Notices: desks that a step tells what was done, each with a mark that it was read."""

from __future__ import annotations

from closeloop.chassis.i18n import _
from closeloop.chassis.packs.step_rules import Steps
from closeloop.chassis.refusals import Refused
from closeloop.dispatch.model import Duty, clause_of, title_of
from closeloop.dispatch.steps.handling import Handling

READ = "read_notice"


def tell_desks(on: Handling, step: str) -> None:
    """What was done lies on the desk of whoever is to know of it."""
    duty, title = on.duty, title_of(step, on.steps)
    for desk in on.steps[step].entry.tells:
        on.work.task(
            desk=desk,
            kind=READ,
            of=_of(on, step, desk),
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
    taken = on.duty.steps[step]
    read = {desk: {"at": on.work.now.isoformat(), "by": on.work.by.id} for desk in told}
    on.duty.steps = {**on.duty.steps, step: {**taken, "read": {**taken.get("read", {}), **read}}}
    for desk in told:
        on.work.done(READ, of=_of(on, step, desk))


def unread(duty: Duty, steps: Steps) -> list[tuple[str, str]]:
    """Steps that were told to desks which have not said yet that they read it, each with the desk."""
    return [
        (name, desk)
        for name, taken in duty.steps.items()
        if name in steps
        for desk in steps[name].entry.tells
        if desk not in taken.get("read", {})
    ]


def _of(on: Handling, step: str, desk: str) -> str:
    return f"{on.duty.of}:{step}:{desk}"
