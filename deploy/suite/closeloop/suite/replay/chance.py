"""Chance with a seed: what is drawn for a case and a step does not depend on what else was drawn before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TypeVar

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Chance:
    """Everything that is left to chance in one replay."""

    seed: str

    def of(self, *what: object) -> Random:
        """The dice of one case and step."""
        return Random("|".join((self.seed, *map(str, what))))

    def happens(self, share: float, *what: object) -> bool:
        """Whether something that happens in this share of all cases happens here."""
        return self.of(*what).random() < share

    def one_of(self, weights: Mapping[Thing, float], *what: object) -> Thing:
        """One of several, by their weights."""
        return self.of(*what).choices(list(weights), list(weights.values()))[0]
