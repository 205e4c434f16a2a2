"""One problem of several customers: who belongs to it, and how they were answered together."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from closeloop.chassis.rows import keeps

if TYPE_CHECKING:
    from closeloop.chassis.people import Person


@keeps("same_problems", key="id", indexes=[("opened_at", "id")])
class SameProblem:
    """Callbacks about one problem; each member stays a case of its own and counts once."""

    id: str
    procedure: str
    version: str
    problem: str
    desk: str
    opened_by: str
    opened_at: datetime
    members: list[dict[str, Any]] = field(default_factory=list)
    """Callback, case and number in the register of each."""
    department: str | None = None
    place: str | None = None
    audience: str | None = None
    answered_at: datetime | None = None
    answered_by: str | None = None
    outcome: str | None = None
    answer: str | None = None
    record: str | None = None
    """Id of the one record."""
    letter: str | None = None
    """Id of the record of the public letter."""

    @property
    def url(self) -> str:
        """Its page."""
        return f"/callback/same-problems/{self.id}"

    def visible_to(self, person: Person) -> bool:
        """Whether it belongs to the places, departments and audiences of a person."""
        return person.at(self.place) and person.sees(self.department) and person.hears(self.audience)
