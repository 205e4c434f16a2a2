"""An attachment as a service knows it: what it is, to what it belongs, and where its sealed bytes lie."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from closeloop.chassis.rows import keeps
from closeloop.contracts.personal import Attachment

UNDER = "attachment:"


@keeps("attachments", key="id", under=UNDER, indexes=[("about", "taken_in_at"), ("hash",)])
class Attached:
    """One photo or scan. `about` is the key of the case or job, `of` what it belongs to there; `name` is personal.

    `hash` is taken over the sealed bytes and is their name in the store; after erasing it is all that is left.
    """

    id: str
    about: str
    of: str
    hash: str
    name: str
    type: str
    size: int
    sealed_for: str
    taken_in_at: datetime
    taken_in_by: str
    place: str | None = None
    department: str | None = None
    audience: str | None = None
    erased_at: datetime | None = None
    erased_by: str | None = None
    reason: str | None = None

    @property
    def told(self) -> Attachment:
        """As it stands in events and records."""
        return Attachment(hash=self.hash, size=self.size, type=self.type)

    def as_json(self, service: str) -> dict[str, Any]:
        """An attachment on the wire."""
        names = ("id", "about", "of", "hash", "name", "type", "size", "taken_in_at", "taken_in_by", "place")
        erased = ("erased_at", "erased_by", "reason")
        url = None if self.erased_at else f"/{service}/attachments/{self.hash}"
        return {**{name: getattr(self, name) for name in (*names, *erased)}, "url": url}
