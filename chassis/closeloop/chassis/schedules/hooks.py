"""What a service does with a job of its own: when it is opened, and when a person has done it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from closeloop.chassis.reading import Read
    from closeloop.chassis.schedules.job import ScheduledJob
    from closeloop.chassis.work import Work

FIGURES = "figures"
"""Under this name stands what finds the figures of a job."""

INPUTS = "inputs"
"""Under this name stands what finds the records that must lie before whoever does a job."""

OpensJob = Callable[["ScheduledJob", "Work", Any], None]
LooksFirst = Callable[["Read", "ScheduledJob"], Awaitable[Any]]
JobDone = Callable[["ScheduledJob", "Work"], None]


@dataclass(slots=True)
class JobHook:
    """What stands behind one `does` of schedule.yaml."""

    opens: OpensJob | None = None
    reads: LooksFirst | None = None
    done: JobDone | None = None
    looks: LooksFirst | None = None
    """What is looked up in the moment in which a person does it; it stands in `found["seen"]`."""
