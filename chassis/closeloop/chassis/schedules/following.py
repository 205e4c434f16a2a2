"""Jobs that follow something: an alarm was raised, a survey is over, and a desk has something to do."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.addressees import desks_meant
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.schedules.job import key_of
from closeloop.chassis.schedules.turns import Turn
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.schedule import Follows, Job

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
        for key, desk in keys_and_desks(key_of(pack.id, name, period, of), job, pack):
            work.tell(key, OPEN, desk=desk, **told, **moments)


def tell_to_open(work: Work, turn: Turn, key: str, desk: str, whom: str | None, name: str | None) -> None:
    """The job of a turn lies on its desk from now on; one that is about somebody has a key of its own."""
    work.tell(
        key if whom is None else f"{key}.{whom}",
        OPEN,
        desk=desk,
        whom=whom,
        whom_name=name,
        procedure=turn.pack.id,
        version=turn.pack.version,
        job=turn.name,
        place=turn.place,
        period=turn.span.name,
        starts_at=turn.at.isoformat(),
        due_at=turn.due_at.isoformat(),
    )


def keys_and_desks(key: str, job: Job, pack: Pack) -> list[tuple[str, str]]:
    """The desks that do a job, each with the key of its own; one desk has that of the turn itself."""
    desks = desks_meant(job.desk, {}, pack.head) or ()
    return [(key if len(desks) == 1 else f"{key}.{desk}", desk) for desk in desks]
