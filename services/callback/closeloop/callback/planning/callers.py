"""Who may be arranged to ask a customer."""

from __future__ import annotations

from closeloop.callback.asking.actions import may_call
from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Refused


def who_may_call(desk: str, place: str | None, pack: Pack, arranged_by: Person) -> list[tuple[str, str]]:
    """The people of the desk at the place, as the choices of a page."""
    found = []
    for somebody in here.get().people:
        try:
            may_call(somebody, somebody.id, desk, place, pack, arranged_by=arranged_by)
        except Refused:
            continue
        found.append((somebody.id, somebody.name))
    return found


def name_of(login: str | None) -> str:
    """What people call somebody of the house."""
    somebody = here.get().people.maybe(login) if login else None
    return somebody.name if somebody else login or ""
