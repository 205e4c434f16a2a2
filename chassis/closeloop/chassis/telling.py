"""What a service tells its operators: one log line per piece of work, and figures for Prometheus."""

from __future__ import annotations

import logging
from collections import Counter as Tally
from time import perf_counter
from typing import TYPE_CHECKING, Any

from prometheus_client import Counter, Gauge, Histogram

from closeloop.chassis.committer import Happened
from closeloop.chassis.logs import LINES
from closeloop.chassis.piece import Piece
from closeloop.chassis.refusals import Refusal

if TYPE_CHECKING:
    from closeloop.chassis.running import Running

log = logging.getLogger("closeloop.work")

PIECES = Counter("closeloop_pieces", "Pieces of work, by how they ended.", ["service", "source", "name", "end"])
BATCH_SECONDS = Histogram(
    "closeloop_batch_seconds",
    "Time from taking a batch to its commit.",
    ["service"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)
BATCH_PIECES = Histogram(
    "closeloop_batch_pieces", "Pieces in a batch.", ["service"], buckets=(1, 2, 5, 10, 20, 50, 100, 200, 400)
)
WAITING = Gauge("closeloop_waiting", "Pieces of work that wait, by where they come from.", ["service", "source"])
WAITING_SECONDS = Gauge(
    "closeloop_waiting_seconds",
    "How long the oldest piece of work waits, by its origin.",
    ["service", "source"],
)
LEADS = Gauge("closeloop_leads", "1 in the process of a service that hears, relays and fires timers.", ["service"])
PARKED_KEYS = Gauge("closeloop_parked_keys", "Keys with a parked message.", ["service"])
UNHEARD = Gauge("closeloop_unheard", "Published events that this service has not heard yet.", ["service", "publisher"])


class Telling:
    """The log and figures of one service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._seconds = BATCH_SECONDS.labels(service)
        self._pieces = BATCH_PIECES.labels(service)
        self._ended: dict[tuple[str, ...], Counter] = {}

    def batch(self, batch: Happened) -> None:
        """A batch is on disk."""
        self._seconds.observe(batch.seconds)
        self._pieces.observe(len(batch.pieces))
        now = perf_counter()
        for how, times in Tally((piece.source, piece.name, end_of(piece)) for piece in batch.pieces).items():
            self._count(how, times)
        if batch.pieces and log.isEnabledFor(logging.INFO):
            lines = [(piece.name, self._said(piece, now)) for piece in batch.pieces]
            log.info("%d pieces of work", len(lines), extra={LINES: lines})

    def _said(self, piece: Piece, now: float) -> dict[str, Any]:
        return {
            "service": self.service,
            "source": piece.source,
            "key": piece.keys[0] if piece.keys else None,
            "end": end_of(piece),
            "by": piece.by.id if piece.by else None,
            "ms": round((now - piece.queued_at) * 1000, 1),
            "trace": piece.traceparent,
        }

    def _count(self, how: tuple[str, ...], times: int) -> None:
        counter = self._ended.get(how)
        if counter is None:
            counter = self._ended[how] = PIECES.labels(self.service, *how)
        counter.inc(times)


def end_of(piece: Piece) -> str:
    """How a piece ended, in one word."""
    error = piece.outcome.error
    if error is None:
        return "done"
    return "refused" if isinstance(error, Refusal) else "failed"


def figures(running: Running) -> None:
    """Bring the gauges up to date before they are read."""
    queues = running.committer.queues
    for source in queues.of:
        WAITING.labels(running.name, source).set(queues.length(source))
        WAITING_SECONDS.labels(running.name, source).set(queues.seconds(source))
    LEADS.labels(running.name).set(running.leads)
    PARKED_KEYS.labels(running.name).set(len(running.committer.parked))
    for listening in running.listenings:
        UNHEARD.labels(running.name, listening.publisher).set(listening.unheard if running.leads else 0)
