"""A change of the house: proposed by one person, approved by another, and in force from a day on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from closeloop.chassis.rows import keeps

PROCEDURE, ORGANISATION = "procedure", "organisation"


@keeps("house_changes", key="id", under="change:", indexes=[("proposed_at", "id")])
class HouseChange:
    """Another version of a procedure, or another organisation, as somebody wants it to count from a day on.

    `hash` names what is approved; `asked` are the logins of those who may say yes or no.
    """

    id: str
    kind: str
    title: dict[str, Any]
    canonical: str
    hash: str
    active_from: datetime
    reason: str | None
    proposed_by: str
    proposed_at: datetime
    asked: list[str]
    decided_at: datetime | None = None
    decided_by: str | None = None
    approved: bool | None = None
    why_not: str | None = None

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.approved is None:
            return "proposed"
        return "approved" if self.approved else "refused"
