"""Group commit as a queue: whatever came in while a batch was written goes into the next one."""

from __future__ import annotations

from math import exp
from typing import NamedTuple

SETTLES_AFTER = 500


class Batches(NamedTuple):
    """How long a batch keeps the register, in seconds: so much for itself, so much for each case in it."""

    each: float
    per_case: float

    def seconds(self, cases: float) -> float:
        """How long a batch of so many cases takes."""
        return self.each + cases * self.per_case

    def cases(self, rate: float) -> float:
        """How many cases a batch has: those that came in during the one before; if none did, the first that comes."""
        if rate * self.per_case >= 1:
            return float("inf")
        cases = 1.0
        for _ in range(SETTLES_AFTER):
            meanwhile = rate * self.seconds(cases)
            cases = meanwhile + exp(-meanwhile)
        return cases


class Intake(NamedTuple):
    """Replicas that take turns at one register, each on a core of its own."""

    replicas: int
    batches: Batches
    request: float
    """Seconds of a replica's core for one case outside its batch: reading, checking, answering."""
    inside: float
    """Seconds of a replica's core for one case inside its batch."""

    @property
    def capacity(self) -> dict[str, float]:
        """Cases per second that each part carries at most."""
        return {
            "replicas": self.replicas / (self.request + self.inside),
            "register": 1 / self.batches.per_case,
        }

    @property
    def most(self) -> float:
        """Cases per second that all of it carries."""
        return min(self.capacity.values())

    @property
    def narrowest(self) -> str:
        """What carries least."""
        return min(self.capacity, key=lambda part: self.capacity[part])

    def writing(self, rate: float) -> float:
        """Which part of the time some batch is being written."""
        cases = self.batches.cases(rate)
        return min(1.0, rate * self.batches.seconds(cases) / cases)

    def seconds(self, rate: float) -> float:
        """Mean time from the request to the answer: its turn at the core, whoever is at the register, its own batch."""
        batch = self.batches.seconds(self.batches.cases(rate))
        return self.request + self._waits_for_the_core(rate) + self.writing(rate) * self.replicas * batch / 2 + batch

    def _waits_for_the_core(self, rate: float) -> float:
        """Pollaczek and Khinchine: requests and batches are served by one core in the order in which they come."""
        here, cases = rate / self.replicas, self.batches.cases(rate)
        busy = here * (self.request + self.inside)
        if busy >= 1:
            return float("inf")
        squares = here * self.request**2 + here / cases * (cases * self.inside) ** 2
        return squares / (2 * (1 - busy))
