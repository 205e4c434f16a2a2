"""Planning: a version of a procedure has come, so its jobs have their turns from now on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.work import Work
    from closeloop.contracts.callback import ParameterSet

PLAN = "plan_schedule"
INTERVAL = "change_interval"


def schedule_of(procedure: str) -> str:
    """The key of the timers of a procedure: one timer for each job and place."""
    return f"schedule:{procedure}"


def plan_schedule(work: Work, pack: Pack, since: datetime) -> None:
    """From this moment on the pack's jobs have their turns; said twice it changes nothing."""
    told = {"procedure": pack.id, "version": pack.version, "since": since.isoformat()}
    work.tell(schedule_of(pack.id), PLAN, **told)


def plan_interval(work: Work, pack: Pack, told: ParameterSet) -> None:
    """A role has set how often something is done: from its day on the jobs that go by it have their turns so."""
    parameter = pack.head.parameters.get(told.name)
    if parameter is None or parameter.unit != "period":
        return
    since, of = max(told.valid_from, work.now), f"{told.name}.{told.place}" if told.place else told.name
    said = {"procedure": pack.id, "parameter": told.name, "every": told.value, "place": told.place}
    work.at(since, INTERVAL, of, key=schedule_of(pack.id), **said)
