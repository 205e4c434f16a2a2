"""`closeloop backup`, `closeloop restore`, `closeloop verify`."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from sqlalchemy.exc import SQLAlchemyError

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.refusals import Refusal
from closeloop.chassis.serving import give_up, terminal_language

if TYPE_CHECKING:
    from closeloop.chassis.safekeeping.house import TheHouse

FOUND = 1
CANNOT_READ = 2
Result = TypeVar("Result")
Services = Annotated[list[str] | None, typer.Option("--service", help="Only this service; may be said several times.")]
Data = Annotated[Path | None, typer.Option(help="Data folder.")]


def backup(
    folder: Annotated[Path, typer.Argument(help="New folder for the backup.")],
    service: Services = None,
    data: Data = None,
) -> None:
    """Copy everything that the services keep, as of one moment, while people go on working."""
    from closeloop.chassis.safekeeping.backing_up import back_up

    made = to_the_end(back_up(the_house(service, data), folder, datetime.now(UTC)))
    say(
        _(
            "Backed up {services} into {folder}. Keys are not in it.",
            services=", ".join(made.services),
            folder=str(folder),
        )
    )


def restore(
    folder: Annotated[Path, typer.Argument(help="Folder that a backup made.")],
    service: Services = None,
    data: Data = None,
) -> None:
    """Put a backup back where nothing is yet; a damaged one is refused."""
    from closeloop.chassis.safekeeping.backing_up import restore as put_back

    made = to_the_end(put_back(the_house(service, data), folder))
    say(_("Restored {services}, as of {moment}.", services=", ".join(made.services), moment=made.made_at))


def verify(
    folder: Annotated[Path | None, typer.Argument(help="A backup to look through instead of what is in use.")] = None,
    service: Services = None,
    data: Data = None,
) -> None:
    """Take every hash again: journals, sealed records, backups. Exit code 0 as written down, 1 something changed."""
    findings = to_the_end(_verified(service, data, folder))
    for found in findings:
        say(found)
    if findings:
        raise typer.Exit(FOUND)


async def _verified(services: list[str] | None, data: Path | None, folder: Path | None) -> list[Sentence]:
    from closeloop.chassis.attachments.keeping import FOLDER
    from closeloop.chassis.attachments.stores import store_at
    from closeloop.chassis.reading import Read, reading_engine
    from closeloop.chassis.safekeeping.manifest import damage, read_manifest
    from closeloop.chassis.safekeeping.verifying import verify as look_through

    found: list[Sentence] = []
    if folder is not None:
        manifest = read_manifest(folder)
        found += damage(folder, manifest)
        branch, addresses = manifest.branch, {} if found else _files_in(folder, services or manifest.services)
        store = store_at("", folder / FOLDER) if (folder / FOLDER).exists() else None
    else:
        house = the_house(services, data)
        if house.lies_in_files:
            house.files()
        branch, addresses = house.settings.branch, {name: house.address(name) for name in house.services}
        store = store_at(house.settings.attachments, house.settings.data / FOLDER)
    reads = {name: Read(reading_engine(address, 1)) for name, address in addresses.items()}
    try:
        for one in await look_through(reads, branch, store):
            found += one.findings
            counted = {"entries": one.entries, "records": one.records, "attachments": one.attachments}
            say(
                _(
                    "{service}: {entries} journal entries, {records} sealed records and {attachments} attachments "
                    "looked through.",
                    service=one.service,
                    **counted,
                )
            )
    finally:
        for read in reads.values():
            await read.engine.dispose()
    return found


def _files_in(folder: Path, services: list[str]) -> dict[str, str]:
    """The SQLite files of a backup; tables of PostgreSQL are looked through once they are restored."""
    files = {service: folder.absolute() / f"{service}.db" for service in services}
    return {service: f"sqlite+aiosqlite:///{file}" for service, file in files.items() if file.exists()}


def the_house(services: list[str] | None, data: Path | None) -> TheHouse:
    from closeloop.chassis.safekeeping.house import TheHouse
    from closeloop.chassis.safekeeping.manifest import Unfit
    from closeloop.chassis.settings import read_settings

    try:
        return TheHouse.of(read_settings(data=data), services or ())
    except Unfit as unfit:
        give_up(unfit.sentence, CANNOT_READ)


def to_the_end(asked: Coroutine[Any, Any, Result]) -> Result:
    from closeloop.chassis.safekeeping.manifest import Unfit

    try:
        return asyncio.run(asked)
    except Unfit as unfit:
        give_up(unfit.sentence, CANNOT_READ)
    except Refusal as refusal:
        give_up(refusal.sentence, CANNOT_READ)
    except (OSError, sqlite3.Error, SQLAlchemyError) as trouble:
        said = str(getattr(trouble, "orig", None) or trouble)
        give_up(_("The database or folder cannot be read or written: {trouble}.", trouble=said), CANNOT_READ)


def say(sentence: Sentence) -> None:
    typer.echo(sentence.in_(terminal_language()))
