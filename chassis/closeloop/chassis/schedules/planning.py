"""Planning: a version of a procedure has come, so its jobs have their turns from now on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.work import Work

PLAN = "plan_schedule"


def schedule_of(procedure: str) -> str:
    """The key of the timers of a procedure: one timer for each job and place."""
    return f"schedule:{procedure}"


def plan_schedule(work: Work, pack: Pack, since: datetime) -> None:
    """From this moment on the pack's jobs have their turns; said twice it changes nothing."""
    told = {"procedure": pack.id, "version": pack.version, "since": since.isoformat()}
    work.tell(schedule_of(pack.id), PLAN, **told)
