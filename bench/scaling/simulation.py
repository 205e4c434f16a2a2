"""The same intake played out: people come by chance, a replica has one core, the register one pen."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from random import Random
from typing import Any

import simpy

from bench.scaling.batches import Intake

Steps = Generator[Any, Any, None]


@dataclass
class Seen:
    """What came of it."""

    took: list[float] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Cases per second that were answered."""
        return sum(self.batches) / self.seconds

    @property
    def mean(self) -> float:
        """Mean time from the request to the answer."""
        return sum(self.took) / len(self.took)

    @property
    def per_batch(self) -> float:
        """Cases in a batch."""
        return sum(self.batches) / len(self.batches)


class Replica:
    """One process: its core reads one request after the other, its committer writes one batch after the other."""

    def __init__(self, house: Playing) -> None:
        self.house = house
        self.core = simpy.Resource(house.world, 1)
        self.waiting: deque[float] = deque()
        self.woken = house.world.event()
        house.world.process(self.commit())

    def request(self, came_at: float) -> Steps:
        """A case is taken down, and waits for its batch."""
        with self.core.request() as turn:
            yield turn
            yield self.house.world.timeout(self.house.intake.request)
        self.waiting.append(came_at)
        if not self.woken.triggered:
            self.woken.succeed()

    def commit(self) -> Steps:
        """Whatever waits is one batch, as soon as the register is free."""
        world, intake = self.house.world, self.house.intake
        while True:
            if not self.waiting:
                self.woken = world.event()
                yield self.woken
            with self.house.register.request() as turn:
                yield turn
                with self.core.request() as core:
                    yield core
                    batch = list(self.waiting)
                    self.waiting.clear()
                    yield world.timeout(len(batch) * intake.inside)
                yield world.timeout(intake.batches.seconds(len(batch)) - len(batch) * intake.inside)
            self.house.answered(batch)


class Playing:
    """Some seconds of an intake."""

    def __init__(self, intake: Intake, rate: float, warm: float, chance: Random) -> None:
        self.intake, self.rate, self.warm, self.chance = intake, rate, warm, chance
        self.world = simpy.Environment()
        self.register = simpy.Resource(self.world, 1)
        self.replicas = [Replica(self) for _ in range(intake.replicas)]
        self.seen = Seen()

    def people(self) -> Steps:
        """They come by chance, each to the next replica."""
        number = 0
        while True:
            yield self.world.timeout(self.chance.expovariate(self.rate))
            replica = self.replicas[number % len(self.replicas)]
            self.world.process(replica.request(self.world.now))
            number += 1

    def answered(self, batch: list[float]) -> None:
        """A batch is on disk; what comes of the first moments does not count."""
        if self.world.now >= self.warm:
            self.seen.took += [self.world.now - came_at for came_at in batch]
            self.seen.batches.append(len(batch))


def play(intake: Intake, rate: float, seconds: float, *, seed: int, warm: float = 0.5) -> Seen:
    """So many cases per second for so long; the same seed gives the same cases."""
    playing = Playing(intake, rate, warm, Random(seed))
    playing.world.process(playing.people())
    playing.world.run(until=warm + seconds)
    playing.seen.seconds = seconds
    return playing.seen
