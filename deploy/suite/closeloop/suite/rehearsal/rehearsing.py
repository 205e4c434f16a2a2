"""One rehearsal from its first sentence to its last figure."""

from __future__ import annotations

import gc
import logging
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import typer

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.packs import Pack, lint
from closeloop.chassis.people import Organisation
from closeloop.chassis.serving import give_up, run
from closeloop.suite.rehearsal.acting import Acting
from closeloop.suite.rehearsal.bringing import Brought, Reception, made_up, read_file
from closeloop.suite.rehearsal.deeds_at_first import get_ready
from closeloop.suite.rehearsal.hand import Hand
from closeloop.suite.rehearsal.house import House, house_for
from closeloop.suite.rehearsal.play import Play
from closeloop.suite.rehearsal.refusing import CannotRehearse
from closeloop.suite.rehearsal.staff import ONLOOKER, Staff, organisation_for
from closeloop.suite.rehearsal.told import Found, lines
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.progress import Progress

STOPPED = 130
NEW_THINGS_BEFORE_LOOKING = 100_000
"""What is needed no more is seldom tied in rings: looking for them as often as Python does took 7 % of a rehearsal."""


@dataclass(frozen=True)
class Wanted:
    """What is to be rehearsed, how long, and with whom."""

    pack: str
    months: int
    cases: Path | None
    number: int
    staff: int
    seed: str
    first_day: date


def rehearse(wanted: Wanted) -> None:
    """Rehearse it; what keeps us from it is one sentence and an exit code."""
    logging.getLogger("closeloop").setLevel(logging.ERROR)
    gc.set_threshold(NEW_THINGS_BEFORE_LOOKING)
    try:
        pack = _trusted(wanted.pack)
        run(_rehearse(wanted, pack))
    except CannotRehearse as cannot:
        give_up(cannot.sentence, cannot.code)
    except KeyboardInterrupt:
        raise SystemExit(STOPPED) from None


def _trusted(where: str) -> Pack:
    """The pack, if lint finds nothing wrong with it."""
    report = lint(where)
    if report.pack is None or report.faults:
        for line in report.lines():
            typer.echo(line, err=True)
        sentence = _("{pack} is not rehearsed: put right first what closeloop lint finds.", pack=where)
        raise CannotRehearse(sentence, report.exit_code)
    return report.pack


async def _rehearse(wanted: Wanted, pack: Pack) -> None:
    organisation = organisation_for(pack, wanted.staff)
    since, until = months_from(wanted.first_day, wanted.months)
    async with house_for(pack, organisation, since) as house:
        cases = cases_of(wanted, house, since, until)
        progress = Progress(len(cases))
        found = await rehearsed(house, pack, organisation, cases, Chance(wanted.seed), until, progress)
    typer.echo("")
    for line in lines(found):
        typer.echo(line)


def months_from(first: date, months: int) -> tuple[datetime, datetime]:
    """From the midnight of a first day to that of the day after so many months."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    last = date(year, month + 1, 1) if first.day == 1 else first + timedelta(days=30 * months)
    since, until = (datetime.combine(day, time(), HOME_ZONE).astimezone(UTC) for day in (first, last))
    return since, until


def cases_of(wanted: Wanted, house: House, since: datetime, until: datetime) -> list[Brought]:
    """The cases of the file, else made up."""
    if wanted.cases is not None:
        found = read_file(wanted.cases, since, until)
        if not found:
            raise CannotRehearse(
                _(
                    "{file} holds no case between {since} and {until}: name its first day with --from.",
                    file=str(wanted.cases),
                    since=since.astimezone(HOME_ZONE).date(),
                    until=until.astimezone(HOME_ZONE).date(),
                )
            )
        return found
    return made_up(Chance(wanted.seed), house.people.calendar(), since, until, wanted.number)


async def rehearsed(
    house: House,
    pack: Pack,
    organisation: Organisation,
    cases: list[Brought],
    chance: Chance,
    until: datetime,
    progress: Progress | None = None,
) -> Found:
    """Plays the cases to the end, and looks at what came of it."""
    since, staff, hand = house.now, Staff(house.people, chance), Hand(pack, chance)
    acting = Acting(house, pack, chance, staff, hand)
    reception = Reception(pack, hand, chance, [place.id for place in organisation.places])
    await get_ready(acting)
    taken = 0

    def told(by_now: int, at: datetime) -> None:
        nonlocal taken
        if progress is not None:
            progress.took(by_now - taken, at)
        taken = by_now

    play = Play(acting, reception, told)
    await play.run(cases, until)
    if progress is not None:
        progress.tell(until, last=True)
    period = f"{(until - timedelta(days=1)).astimezone(HOME_ZONE):%Y}"
    asked = {"procedure": pack.id, "period": period}
    figures = {
        "indicators": await house.get(ONLOOKER, "/api/stats/indicators", **asked),
        "clauses": await house.get(ONLOOKER, "/api/stats/clauses", **asked),
    }
    known = await house.every(ONLOOKER, "/api/intake/cases", procedure=pack.id)
    return Found(play, known, figures, period, staff.calendar.working_between(since, until), house.now)
