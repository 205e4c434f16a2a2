"""Who is here: absences as they hold at a moment, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from closeloop.chassis.people.absence import Absence


class Presence:
    """The absences that a service knows of; the last word about each counts."""

    def __init__(self) -> None:
        self._known: dict[str, Absence] = {}

    def note(self, absence: Absence) -> None:
        """An absence was noted, or is another one by now."""
        self._known[absence.id] = absence

    def __bool__(self) -> bool:
        return bool(self._known)

    def absence(self, identity: str) -> Absence | None:
        """The absence of this id."""
        return self._known.get(identity)

    def away(self, login: str, at: datetime) -> Absence | None:
        """Why somebody is not here at that moment; None if they are."""
        return next((one for one in self._known.values() if one.person == login and one.holds(at)), None)

    def left_to(self, login: str, at: datetime) -> list[str]:
        """For whom somebody stands in at that moment; for nobody while they are away themselves."""
        if self.away(login, at) is not None:
            return []
        return [one.person for one in self._known.values() if one.deputy == login and one.holds(at)]

    def between(self, starts_at: datetime, ends_at: datetime, logins: Iterable[str] = ()) -> list[Absence]:
        """The absences of that time, of these people or everybody."""
        wanted = set(logins)
        found = [one for one in self._known.values() if one.overlaps(starts_at, ends_at)]
        return sorted((one for one in found if not wanted or one.person in wanted), key=lambda one: one.starts_at)
