"""Jobs that follow something: an alarm was raised, a survey is over, and a desk has something to do."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.schedules.job import key_of
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.schedule import Follows

OPEN = "open_job"


def open_jobs_after(
    work: Work, service: str, pack: Pack, what: Follows, about: str, *, of: str, period: str, place: str | None = None
) -> None:
    """The jobs of this service that follow it lie on their desks, once for each time (`of`) that it happened."""
    for name, job in pack.jobs.items():
        if job.service != service or job.after != what or job.about not in (None, about):
            continue
        assert job.within is not None
        due_at: datetime = moment_after(job.within, work.now, work.calendar(place))
        told = {"procedure": pack.id, "version": pack.version, "job": name, "place": place, "period": period}
        moments = {"starts_at": work.now.isoformat(), "due_at": due_at.isoformat()}
        work.tell(key_of(pack.id, name, period, of), OPEN, **told, **moments)
