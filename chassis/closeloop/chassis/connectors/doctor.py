"""`closeloop doctor`: what is installed here, and whether it can work."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Annotated

import typer

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.serving import terminal_language

UNWELL = 1
SERVICES, PROCEDURES = "closeloop.services", "closeloop.procedures"
TITLES = {"channels": _("Channels"), "notifiers": _("Notifiers"), "exports": _("Exports")}


def doctor(data: Annotated[Path | None, typer.Option(help="Data folder.")] = None) -> None:
    """Say what is installed and whether it can work: services, procedures, connectors, PDF. Exit code 1: it is not."""
    from closeloop.chassis.settings import read_settings

    settings = read_settings(data=data)
    language = terminal_language()
    unwell = False
    for line, is_wrong in _looked_over(settings.data):
        unwell |= is_wrong
        typer.echo(line.in_(language))
    if unwell:
        raise typer.Exit(UNWELL)


def _looked_over(data: Path) -> Iterator[tuple[Sentence, bool]]:
    for title, group in ((_("Services"), SERVICES), (_("Procedures"), PROCEDURES)):
        found = sorted(entry_points(group=group), key=lambda point: point.name)
        yield _("{title}: {names}", title=title, names=", ".join(_named(point) for point in found) or "-"), False
    yield from _connectors()
    yield from _printing()
    there = _("The data folder is {folder}.", folder=str(data.absolute()))
    yield there if data.exists() else _("{there} It is made at the first start.", there=there), False


def _named(point: EntryPoint) -> str:
    return f"{point.name} {point.dist.version}" if point.dist else point.name


def _connectors() -> Iterator[tuple[Sentence, bool]]:
    """Each connector with its sentence, and what it lacks; one that was never set up is not wrong."""
    from closeloop.chassis.connectors.finding import find_connectors
    from closeloop.chassis.connectors.hooks import GROUPS

    found = find_connectors()
    for kind in GROUPS:
        ours = [one for one in found if one.kind == kind]
        yield _("{title}:{none}", title=TITLES[kind], none="" if ours else " -"), False
        for one in ours:
            state = one.trouble or one.lacks or _("ready")
            told = {"name": one.name, "made_by": one.distribution, "version": one.version, "does": one.does}
            yield _("  {name} ({made_by} {version}): {does} [{state}]", **told, state=state), one.trouble is not None


def _printing() -> Iterator[tuple[Sentence, bool]]:
    from closeloop.chassis.records.pdf import what_is_missing

    missing = asyncio.run(what_is_missing())
    yield _("PDF: {state}", state=missing or _("ready")), False
