"""The one place that knows what time it is: the real clock, or a simulated one that only people move."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol


class ClockError(ValueError):
    """A moment that nobody can read, or a clock that would have to go back."""


class Clock(Protocol):
    """Whoever needs to know the time asks a clock that was handed in."""

    def now(self) -> datetime:
        """The present moment, in UTC."""
        ...


class RealClock:
    """The clock on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class SimulatedClock:
    """A clock that stands still until somebody advances it, and remembers over a restart where it stood."""

    def __init__(self, start: datetime, store: Path | None = None) -> None:
        self._store = store
        self._now = max(filter(None, (_in_utc(start), _stored(store))))
        if store is not None:
            store.parent.mkdir(parents=True, exist_ok=True)
        self._keep()

    def now(self) -> datetime:
        return self._now

    def advance_to(self, moment: datetime) -> datetime:
        """Time only goes forward; the new now is in its file before anybody sees it."""
        moment = _in_utc(moment)
        if moment < self._now:
            raise ClockError(
                f"The simulated clock shows {self._now.isoformat()} and cannot go back to {moment.isoformat()}: "
                "name a later moment."
            )
        before, self._now = self._now, moment
        try:
            self._keep()
        except OSError:
            self._now = before
            raise
        return moment

    def _keep(self) -> None:
        """Of one length and written at one go: a kill meanwhile leaves the one moment or the other."""
        if self._store is None:
            return
        said = json.dumps({"now": self._now.isoformat(timespec="microseconds")}).encode()
        file = os.open(self._store, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.pwrite(file, said, 0)
        finally:
            os.close(file)


def parse_moment(text: str, option: str = "--clock") -> datetime:
    """Reads a moment with its zone, as in 2026-01-05T09:00+08:00."""
    example = "write it like 2026-01-05T09:00+08:00"
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise ClockError(f"{option} {text!r} is not a moment: {example}.") from None
    if moment.tzinfo is None:
        raise ClockError(f"{option} {text!r} does not say its time zone: {example}.")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ClockError(f"{option} {text!r} is too far away: {example}.") from None


def _in_utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ClockError(f"The moment {moment.isoformat()} does not say its time zone.")
    return moment.astimezone(UTC)


def _stored(store: Path | None) -> datetime | None:
    if store is None or not store.exists():
        return None
    try:
        return _in_utc(datetime.fromisoformat(json.loads(store.read_text(encoding="utf-8"))["now"]))
    except (ValueError, KeyError, TypeError):
        raise ClockError(f"The simulated clock's file {store} cannot be read: restore it or remove it.") from None
