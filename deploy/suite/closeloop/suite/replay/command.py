"""`closeloop replay FILE.csv`: a year of cases in minutes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Annotated

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
DATA = Path("data/replay")


def command(
    file: Annotated[Path, typer.Argument(help="Cases, one a row, as CSV in UTF-8.")],
    mapping: Annotated[Path, typer.Option(help="YAML file that says which column is what.")],
    procedure: Annotated[str, typer.Option(help="Id of an installed procedure.")],
    staff: Annotated[str, typer.Option(metavar="SEED", help="Seed of the simulated staff and customers.")] = "1",
    url: Annotated[
        str | None, typer.Option(help="A running suite with a simulated clock, instead of one's own.")
    ] = None,
    data: Annotated[Path, typer.Option(help="Data folder; with --url that of the running suite.")] = DATA,
    first: Annotated[int | None, typer.Option(min=1, help="Only so many cases.")] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Until the end of this day; five weeks after the last case otherwise."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of one's own suite; 0 takes a free one.")] = 0,
    stay: Annotated[bool, typer.Option("--stay", help="Leave the site up until Ctrl-C.")] = False,
) -> None:
    """Replay cases at their own times on a simulated clock, with simulated staff; a replay that was cut off goes on."""
    try:
        said = read_mapping(mapping)
        pack = _pack(procedure)
        organisation, data = (mapping.parent / said.organisation).absolute(), data.absolute()
        check(said, mapping, pack, organisation_of((data / "organisation.yaml") if url else organisation))
        chance = Chance(staff)
        rows = read_cases(file, said, chance, first)
        starts_at = midnight_before(rows[0].at)
        where = running_suite(url, data) if url else own_suite(data, organisation, starts_at, port)
        run(_replay(where, pack, said, chance, rows, _end(rows, until), data, stay))
    except CannotReplay as cannot:
        give_up(cannot.sentence, cannot.code)
    except KeyboardInterrupt:
        raise SystemExit(130) from None


async def _replay(
    where: AbstractAsyncContextManager[Site],
    pack: Pack,
    mapping: Mapping,
    chance: Chance,
    rows: Sequence[Row],
    until: datetime,
    data: Path,
    stay: bool,
) -> None:
    async with where as site:
        roster = Roster(site.people, pack, mapping, chance)
        await play(site, roster, rows, until, Progress(len(rows)))
        await _tell(site, roster, rows[-1].at)
        if stay:
            _say(_("Closeloop is ready: {url}", url=site.url))
            _say(_("Logins and passwords are in {file}; Ctrl-C ends.", file=str(data / "passwords.txt")))
            await asyncio.Event().wait()


async def _tell(site: Site, roster: Roster, last: datetime) -> None:
    """The figures of the month of the last case."""
    reader = roster.at_desk(roster.mapping.reception)[0].id
    period = f"{last.astimezone(HOME_ZONE):%Y-%m}"
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
        return rows[-1].at + ENDS_AFTER
    end = datetime.combine(until.date(), time(), rows[-1].at.tzinfo) + timedelta(days=1)
    if end <= rows[0].at:
        raise CannotReplay(_("{day} is before the first case.", day=until.date()))
    return end


def _say(sentence: Sentence) -> None:
    typer.echo(sentence.in_(terminal_language()))
