"""What one case costs, as the benches measured it: CPU of each process, time at the register, bytes, flushes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

from bench.scaling.batches import Batches
from closeloop.contracts.loop import SERVICES

RESULTS = Path(__file__).resolve().parent.parent / "results.json"
SERVERS = ("postgres", "nats")
ASKED = {"cost_quiet", "cost_busy", "cost_batch", *(f"backlog_{service}" for service in SERVICES)}


class Coefficients(NamedTuple):
    """Per whole life cycle of a case, in seconds of a core, where nothing else is said."""

    quiet_rate: float
    quiet: Mapping[str, float]
    """Each process at this rate, when hardly a batch holds more than one piece of work."""
    busy_rate: float
    busy: Mapping[str, float]
    """The same at this rate, when two cores had nothing left."""
    heard: Mapping[str, float]
    """Life cycles per second that a service hears at most: only the process that leads does it."""
    request: float
    """One case in the process of intake that is asked, outside of its batch."""
    inside: float
    """The same inside its batch."""
    batches: Batches
    bytes: Mapping[str, float]
    """What the databases of the services grow by, with all indexes."""
    streamed: float
    """Bytes in the streams."""
    messages: float
    logged: float
    """Bytes of PostgreSQL's log."""
    quiet_flushes: float
    """How often PostgreSQL waits for the disk."""
    busy_flushes: float

    @classmethod
    def of(cls, results: list[dict[str, Any]]) -> Self:
        """Out of what the benches wrote down."""
        found = {one["name"]: one for one in results}
        quiet, busy, batches = found["cost_quiet"], found["cost_busy"], found["cost_batch"]
        backlog = {service: found[f"backlog_{service}"] for service in SERVICES}
        return cls(
            quiet_rate=quiet["rate"],
            quiet=_seconds(quiet["cpu_ms_of"], 1e-3),
            busy_rate=busy["rate"],
            busy=_seconds(busy["cpu_ms_of"], 1e-3),
            heard={service: one["value"] * one["cases"] / one["events"] for service, one in backlog.items()},
            request=batches["request_us"] * 1e-6,
            inside=batches["inside_us"] * 1e-6,
            batches=Batches(batches["each_ms"] * 1e-3, batches["per_case_us"] * 1e-6),
            bytes=busy["bytes_of"],
            streamed=busy["streamed_bytes"],
            messages=busy["messages"],
            logged=busy["logged_bytes"],
            quiet_flushes=quiet["flushes"],
            busy_flushes=busy["flushes"],
        )

    @classmethod
    def measured(cls, file: Path = RESULTS) -> Self | None:
        """As the last `make bench` left them; None if that one did not ask what a case costs."""
        results = json.loads(file.read_text(encoding="utf-8"))
        return cls.of(results) if {one["name"] for one in results} >= ASKED else None


def _seconds(said: Mapping[str, float], unit: float) -> dict[str, float]:
    return {name: value * unit for name, value in said.items()}
