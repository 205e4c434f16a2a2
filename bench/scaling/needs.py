"""What whole life cycles at a rate need, and which part gives way first."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import NamedTuple

from bench.scaling.batches import Intake
from bench.scaling.coefficients import SERVERS, Coefficients
from closeloop.contracts.loop import SERVICES

LOADED = 0.6
"""So much of a core, or of what one process hears, is counted on; what is left is for the worst minute."""
MEAN_OF_PEAK = 0.25
"""The mean of a year is a quarter of the busiest hour."""
YEAR_SECONDS = 365 * 24 * 3600.0
STREAM_DAYS = 30


class Needs(NamedTuple):
    """What it takes in all."""

    rate: float
    branches: int
    processes: Mapping[str, int]
    """Of each service, in each branch."""
    cores: Mapping[str, float]
    flushes: float
    logged: float
    """Bytes per second of PostgreSQL's log."""
    messages: float
    a_year: float
    """Bytes by which the databases grow in a year."""
    streams: float
    """Bytes that the streams hold of their days."""


class Step(NamedTuple):
    """A part, the rate at which it gives way, and what helps."""

    part: str
    rate: float


def needs(known: Coefficients, rate: float) -> Needs:
    """Branches as many as their leaders can hear; in each, processes as many as their cores can do."""
    branches = max(1, ceil(rate / branch(known)))
    here = rate / branches
    cost = {name: _at(known, here, known.quiet[name], known.busy[name]) for name in (*SERVICES, *SERVERS)}
    mean = rate * MEAN_OF_PEAK
    return Needs(
        rate=rate,
        branches=branches,
        processes={name: max(1, ceil(here * cost[name] / LOADED)) for name in SERVICES},
        cores={
            "services": rate * sum(cost[name] for name in SERVICES) / LOADED,
            **{name: rate * cost[name] / LOADED for name in SERVERS},
        },
        flushes=rate * _at(known, here, known.quiet_flushes, known.busy_flushes),
        logged=rate * known.logged,
        messages=rate * known.messages,
        a_year=mean * YEAR_SECONDS * sum(known.bytes.values()),
        streams=mean * STREAM_DAYS * 24 * 3600 * known.streamed,
    )


def branch(known: Coefficients) -> float:
    """Life cycles per second of one branch: what the busiest leader hears, and what one register carries."""
    register = Intake(1, known.batches, known.request, known.inside).capacity["register"]
    return LOADED * min(*known.heard.values(), register)


def steps(known: Coefficients, cores: int = 2) -> list[Step]:
    """In which order parts give way as the rate grows, with one process of each service to begin with."""
    everything = sum(known.busy[name] for name in (*SERVICES, *SERVERS))
    found = [Step("machine", LOADED * cores / everything)]
    found += [Step(f"process:{name}", LOADED / known.busy[name]) for name in SERVICES]
    found += [Step(f"leader:{name}", LOADED * known.heard[name]) for name in SERVICES]
    found += [Step("register", LOADED / known.batches.per_case)]
    return sorted(found, key=lambda step: step.rate)


def _at(known: Coefficients, rate: float, quiet: float, busy: float) -> float:
    """What a batch costs is shared by those in it: a part that falls with the rate. Beyond what was measured none."""
    if rate <= known.quiet_rate:
        return quiet
    if rate >= known.busy_rate:
        return busy
    shared = (quiet - busy) / (1 / known.quiet_rate - 1 / known.busy_rate)
    return quiet + shared * (1 / rate - 1 / known.quiet_rate)
