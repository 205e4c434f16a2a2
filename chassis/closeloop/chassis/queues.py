"""Who waits for a transaction: three queues, taken from in fair shares of the time that one batch may take."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from time import perf_counter

from closeloop.chassis.piece import Piece, Source

SHARES: dict[Source, float] = {"http": 0.6, "event": 0.3, "timer": 0.1}
"""Of a full batch; what one does not use the others get."""
MOST_PIECES = 400
"""One statement stays small enough for both databases."""
FIRST_GUESS_SECONDS = 0.00005
SLOWLY = 0.05
"""How much the latest piece of a kind counts in the estimate of its cost."""


class Queues:
    """Pieces of work by where they come from, and what each kind costs by experience."""

    def __init__(self, batch_seconds: float) -> None:
        self.batch_seconds = batch_seconds
        self.of: dict[Source, deque[Piece]] = {"http": deque(), "event": deque(), "timer": deque()}
        self.costs: dict[str, float] = {}
        """CPU seconds of a piece, by its name."""

    def __bool__(self) -> bool:
        return any(self.of.values())

    def put(self, piece: Piece) -> None:
        """It waits from now on."""
        piece.queued_at = perf_counter()
        self.of[piece.source].append(piece)

    def put_first(self, piece: Piece) -> None:
        """It waited long enough."""
        self.of[piece.source].appendleft(piece)

    def length(self, source: Source) -> int:
        """How many pieces from there wait."""
        return len(self.of[source])

    def seconds(self, source: Source) -> float:
        """How long the oldest piece from there has waited."""
        queue = self.of[source]
        return perf_counter() - queue[0].queued_at if queue else 0.0

    def forget_events(self, stream: str | None = None) -> None:
        """Drop what waits from this stream, or from all; it will be read again from what is on disk."""
        events = self.of["event"]
        kept = [piece for piece in events if stream and (piece.heard is None or piece.heard.stream != stream)]
        events.clear()
        events.extend(kept)

    def take(self) -> list[Piece]:
        """The next batch: fair shares of a time budget, the rest lent to who can use it."""
        taken: list[Piece] = []
        most = self.batch_seconds
        spent = 0.0
        for share in (SHARES, dict.fromkeys(SHARES, 1.0)):
            for source, part in share.items():
                queue, used = self.of[source], 0.0
                while queue and len(taken) < MOST_PIECES and spent < most and used < most * part:
                    piece = queue.popleft()
                    cost = self.costs.get(piece.name, FIRST_GUESS_SECONDS)
                    spent, used = spent + cost, used + cost
                    taken.append(piece)
        return taken

    def learn(self, took: Sequence[tuple[str, float]], share: float) -> None:
        """What pieces took on the clock on the wall, and which share of that time was CPU time of ours."""
        for name, seconds in took:
            cost = self.costs.get(name, FIRST_GUESS_SECONDS)
            self.costs[name] = cost + SLOWLY * (seconds * share - cost)
