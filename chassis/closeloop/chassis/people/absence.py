"""An absence: somebody is away from one moment to another, and perhaps somebody stands in for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away for a while; without a deputy, what waits for them goes up."""

    id: str
    person: str
    starts_at: datetime
    ends_at: datetime
    deputy: str | None = None

    def holds(self, at: datetime) -> bool:
        """Whether they are away at that moment."""
        return self.starts_at <= at < self.ends_at

    def overlaps(self, starts_at: datetime, ends_at: datetime) -> bool:
        """Whether they are away at any moment of that time."""
        return self.starts_at < ends_at and starts_at < self.ends_at


def key_of(person: str) -> str:
    """The key of everything about a person's presence."""
    return f"person:{person}"
