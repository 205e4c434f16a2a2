"""One replay from its first sentence to its last figure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path

import typer

from closeloop.chassis.i18n import HOME_ZONE, Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.faults import BadPack
from closeloop.chassis.packs.finding import installed_packs, load_pack
from closeloop.chassis.serving import give_up, run, terminal_language
from closeloop.suite.replay.cases import Row, read_cases
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.figures import figures_of, lines_of
from closeloop.suite.replay.house import organisation_of, own_suite, running_suite
from closeloop.suite.replay.mapping import Mapping, check, read_mapping
from closeloop.suite.replay.play import play
from closeloop.suite.replay.progress import Progress
from closeloop.suite.replay.refusing import CannotReplay
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Site
from closeloop.suite.replay.tempo import midnight_before

ENDS_AFTER = timedelta(days=35)
LIVES = "organisation.yaml"
STOPPED = 130


@dataclass(frozen=True)
class Wanted:
    """What is to be replayed, how far, and where."""

    file: Path
    mapping: Path
    procedure: str
    staff: str
    url: str | None
    data: Path
    first: int | None
    until: datetime | None
    port: int
    stay: bool


def replay(wanted: Wanted) -> None:
    """Replay it; what keeps us from it is one sentence and an exit code."""
    try:
        mapping, pack, chance = read_mapping(wanted.mapping), _pack(wanted.procedure), Chance(wanted.staff)
        moves_in = (wanted.mapping.parent / mapping.organisation).absolute()
        check(mapping, wanted.mapping, pack, organisation_of(wanted.data / LIVES if wanted.url else moves_in))
        rows = read_cases(wanted.file, mapping, chance, wanted.first)
        until = _end(rows, wanted.until)
        where = (
            running_suite(wanted.url, wanted.data)
            if wanted.url
            else own_suite(wanted.data, moves_in, midnight_before(rows[0].at), wanted.port)
        )
        run(_replay(where, wanted, pack, mapping, chance, rows, until))
    except CannotReplay as cannot:
        give_up(cannot.sentence, cannot.code)
    except KeyboardInterrupt:
        raise SystemExit(STOPPED) from None


async def _replay(
    where: AbstractAsyncContextManager[Site],
    wanted: Wanted,
    pack: Pack,
    mapping: Mapping,
    chance: Chance,
    rows: Sequence[Row],
    until: datetime,
) -> None:
    async with where as site:
        roster = Roster(site.people, pack, mapping, chance)
        await play(site, roster, rows, until, Progress(len(rows)))
        await _tell(site, roster, _period(rows))
        if wanted.stay:
            _say(_("Closeloop is ready: {url}", url=site.url))
            passwords = str(wanted.data / "passwords.txt")
            _say(_("Logins and passwords are in {file}; Ctrl-C ends.", file=passwords))
            with suppress(asyncio.CancelledError):  # Ctrl-C
                await asyncio.Event().wait()


def _period(rows: Sequence[Row]) -> str:
    """The month of the cases, or the year of the last one where they are of several months."""
    months = sorted({f"{row.at.astimezone(HOME_ZONE):%Y-%m}" for row in rows})
    return months[0] if len(months) == 1 else months[-1][:4]


async def _tell(site: Site, roster: Roster, period: str) -> None:
    """The figures of a period."""
    reader = roster.at_desk(roster.mapping.reception)[0].id
    typer.echo(f"\n{period}")
    for line in lines_of(await figures_of(site, reader, roster.pack.id, period)):
        typer.echo(line)
    for what, times in sorted(site.refused.items(), key=lambda entry: -entry[1])[:10]:
        typer.echo(f"  refused {times:>6} x {what}", err=True)


def _pack(procedure: str) -> Pack:
    known = [name for name, _folder in installed_packs()]
    if procedure not in known:
        raise CannotReplay(
            _(
                "There is no installed procedure {name}. Known are: {known}.",
                name=procedure,
                known=", ".join(known) or "-",
            )
        )
    try:
        return load_pack(procedure)
    except BadPack as bad:
        raise CannotReplay(_("{said}", said=str(bad))) from None


def _end(rows: Sequence[Row], until: datetime | None) -> datetime:
    if until is None:
        return max(row.at for row in rows) + ENDS_AFTER
    end = datetime.combine(until.date(), time(), rows[0].at.tzinfo) + timedelta(days=1)
    if end <= rows[0].at:
        raise CannotReplay(_("{day} is before the first case.", day=until.date()))
    return end


def _say(sentence: Sentence) -> None:
    typer.echo(sentence.in_(terminal_language()))
