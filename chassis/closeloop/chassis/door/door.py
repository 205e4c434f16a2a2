"""How many requests each service works on at the same time, and who is turned away."""

from __future__ import annotations

import logging
import resource
from collections.abc import Iterable
from time import monotonic

from prometheus_client import Counter, Gauge

from closeloop.chassis.door.answers import Answers
from closeloop.chassis.settings import Settings

log = logging.getLogger("closeloop.door")

INSIDE = Gauge("closeloop_requests_inside", "Requests that a service is working on.", ["service"])
TURNED_AWAY = Counter("closeloop_requests_turned_away", "Requests that were told to come again later.", ["service"])
ALWAYS_OPEN = frozenset({"/livez", "/readyz", "/metrics"})
STATICS = "/static/"
SAID_AGAIN_AFTER_SECONDS = 10.0
OTHERS = "others"
"""What belongs to no service by its address: the front page, signing in, reports over Open311."""
HANDLES_FOR_OURSELVES = 256
"""Databases, the broker and files need handles too when everybody comes at once."""


class Room:
    """What one service is working on; a full one turns away whoever comes on top."""

    __slots__ = ("_away", "_said_at", "inside", "most", "name")

    def __init__(self, name: str, most: int) -> None:
        self.name, self.most, self.inside = name, most, 0
        self._away = TURNED_AWAY.labels(name)
        self._said_at = float("-inf")
        INSIDE.labels(name).set_function(lambda: self.inside)

    @property
    def is_full(self) -> bool:
        """Whether whoever comes now only lengthens the queue."""
        return self.inside >= self.most

    def turned_away(self) -> None:
        """One more was told to come again; operators are told so now and then."""
        self._away.inc()
        now = monotonic()
        if now - self._said_at >= SAID_AGAIN_AFTER_SECONDS:
            log.warning("more comes in than can be worked on", extra={"service": self.name, "inside": self.inside})
            self._said_at = now


class Door:
    """The rooms behind one port. Health, metrics and the style sheet are always answered."""

    def __init__(self, services: Iterable[str], settings: Settings) -> None:
        most = settings.requests_at_once
        self.rooms = {name: Room(name, most) for name in services}
        self.others = Room(OTHERS, most)
        self.answers = Answers(settings.retry_after)
        self.most_connections = max(HANDLES_FOR_OURSELVES, handles() - HANDLES_FOR_OURSELVES)

    def room(self, path: str) -> Room | None:
        """Whose work a request at this address is; nobody's if it is always answered."""
        if path in ALWAYS_OPEN or path.startswith(STATICS):
            return None
        parts = path.split("/", 3)
        name = parts[2] if parts[1] in ("api", "public") and len(parts) > 2 else parts[1]
        return self.rooms.get(name, self.others)


def handles() -> int:
    """How many files and connections this process may have open."""
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
