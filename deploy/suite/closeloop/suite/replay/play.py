"""The play: the clock goes from stop to stop, cases come in, and staff do what is due."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from closeloop.chassis.i18n import _
from closeloop.suite.replay.calls import Calls
from closeloop.suite.replay.cases import Row
from closeloop.suite.replay.corrective import Corrective
from closeloop.suite.replay.desk import Desk
from closeloop.suite.replay.duties import Duties
from closeloop.suite.replay.jobs import Jobs
from closeloop.suite.replay.letters import Letters
from closeloop.suite.replay.news import News
from closeloop.suite.replay.progress import Progress
from closeloop.suite.replay.refusing import CannotReplay
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.settling_in import set_what_is_left_open
from closeloop.suite.replay.site import Site
from closeloop.suite.replay.tempo import stops

SECOND = timedelta(seconds=1)


class Looks(Protocol):
    """Somebody who looks at their desk at every full hour."""

    async def look(self, at: datetime) -> None: ...


async def play(site: Site, roster: Roster, rows: Sequence[Row], until: datetime, progress: Progress) -> None:
    """Play from where the clock stands. What is done is asked of the services, so an interrupted play goes on."""
    now = await site.clock()
    await _fits(site, roster, rows, now)
    progress.skip(sum(row.entered_at < now for row in rows))
    desk = Desk(site, roster, rows, News(roster.pack))
    jobs = Jobs(site, roster, roster.people.calendar())
    offices = (Letters(site, roster), Corrective(site, roster), jobs)
    others = (desk, Duties(site, roster, desk), Calls(site, roster, desk.news))
    await set_what_is_left_open(site, roster, now)
    at = now
    for stop in stops(rows, now, until.astimezone(UTC)):
        at = stop.at
        await site.advance(at)
        for row in stop.rows:
            await desk.register(row)
        if stop.is_full_hour:
            await _everybody_looks(site, offices, others, at)
        progress.took(len(stop.rows), at)
    await site.advance(max(until.astimezone(UTC), at))
    progress.tell(until, last=True)


async def _everybody_looks(site: Site, offices: Sequence[Looks], others: Sequence[Looks], at: datetime) -> None:
    """Who arranges goes first, and what they arrange is known before the others begin: always in the same order."""
    before = site.posted
    for office in offices:
        await office.look(at)
    if site.posted > before:
        await site.advance(at)
    await asyncio.gather(*(other.look(at) for other in others))


async def _fits(site: Site, roster: Roster, rows: Sequence[Row], now: datetime) -> None:
    """Cases come in at their own times: a clock that is past the first one must have seen it come."""
    if rows[0].entered_at >= now:
        return
    reader = roster.at_desk(roster.mapping.reception)[0].id
    before = max(row.entered_at for row in rows if row.entered_at < now)
    span = {"registered_from": before.isoformat(), "registered_to": (before + SECOND).isoformat()}
    known = await site.get(reader, "/api/intake/cases", procedure=roster.pack.id, limit=1, **span)
    if not known["items"]:
        raise CannotReplay(
            _(
                "The clock of {url} shows {now}, but the case of {at} did not come in there: "
                "start with an earlier clock.",
                url=site.url,
                now=now,
                at=before,
            )
        )
