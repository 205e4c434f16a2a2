"""Where it takes long: what each desk had to do, how long it waited there, and what still lies there."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from closeloop.contracts.every import TaskClosed, TaskOpened

Heap = tuple[str, str]
"""A desk and a kind of task."""


@dataclass
class Pile:
    """What came onto a desk of one kind."""

    waited: list[timedelta] = field(default_factory=list)
    """How long each lay there that was done."""
    late: int = 0
    """How many were done after they were due, or are due and not done."""
    lies: int = 0
    """How many lie there still."""

    @property
    def usual(self) -> timedelta:
        """How long one waits there as a rule."""
        return timedelta(seconds=median(one.total_seconds() for one in self.waited)) if self.waited else timedelta()


class Tally:
    """Every task from the moment at which it is laid on a desk until it is taken off."""

    def __init__(self) -> None:
        self._open: dict[str, tuple[Heap, datetime, datetime | None]] = {}
        self._piles: defaultdict[Heap, Pile] = defaultdict(Pile)
        self.not_simulated: defaultdict[str, int] = defaultdict(int)
        """Kinds of tasks that nobody made up does, and how many there were."""

    def opened(self, task: TaskOpened, at: datetime) -> None:
        """Something lies on a desk."""
        self._open[task.task_id] = ((task.desk, task.kind), at, task.due_at)

    def closed(self, task: TaskClosed, at: datetime) -> None:
        """It is done, or no longer needed."""
        if (known := self._open.pop(task.task_id, None)) is not None:
            heap, since, due_at = known
            pile = self._piles[heap]
            pile.waited.append(at - since)
            pile.late += due_at is not None and at > due_at

    def piles(self, now: datetime) -> dict[Heap, Pile]:
        """The piles as they are now, the worst first: what is late or lies there, then what waited longest."""
        piles = {heap: Pile(list(pile.waited), pile.late) for heap, pile in self._piles.items()}
        for heap, _since, due_at in self._open.values():
            pile = piles.setdefault(heap, Pile())
            pile.lies += 1
            pile.late += due_at is not None and due_at < now
        return dict(sorted(piles.items(), key=lambda one: (-one[1].late - one[1].lies, -one[1].usual, one[0])))
