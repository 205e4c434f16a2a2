"""Moments of a case in its round: what limits start and stop by."""

from __future__ import annotations

from datetime import datetime

from closeloop.dispatch.model import HandledCase


def times_of(case: HandledCase, moment: str) -> list[datetime]:
    """When a moment of the case happened in this round, in its order."""
    return [datetime.fromisoformat(at) for at in case.moments.get(moment, ())]


def note_moment(case: HandledCase, moment: str, at: datetime) -> None:
    """Something happened to the case, such as: the customer was answered."""
    known = case.moments.get(moment, [])
    said = at.isoformat()
    if said not in known:
        case.moments = {**case.moments, moment: sorted([*known, said], key=datetime.fromisoformat)}


def begin_round(case: HandledCase, at: datetime) -> None:
    """A further round begins: its limits count from now."""
    case.moments = {moment: [at.isoformat()] for moment in ("received", "registered", "assessed")}


def note_assessment(case: HandledCase, at: datetime) -> None:
    """The case is assessed for the first time in its round; what was before that stands in its header."""
    if "assessed" in case.moments:
        return
    header = case.told
    note_moment(case, "received", header.received_at or at)
    note_moment(case, "registered", header.registered_at or at)
    note_moment(case, "assessed", at)
