"""Making a backup while people work, and putting one back where nothing is yet."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from closeloop.chassis.attachments.keeping import FOLDER
from closeloop.chassis.i18n import _
from closeloop.chassis.migrating import migrate
from closeloop.chassis.safekeeping import postgres_tables, sqlite_files
from closeloop.chassis.safekeeping.house import BESIDE, TheHouse
from closeloop.chassis.safekeeping.manifest import Manifest, Unfit, damage, read_manifest


async def back_up(house: TheHouse, to: Path, made_at: datetime) -> Manifest:
    """Everything that the services keep, as of one moment, into a new folder; what was begun and failed leaves none."""
    files = house.files() if house.lies_in_files else {}
    begun = _begun(to)
    try:
        if files:
            sqlite_files.copy_as_of_now(files, begun)
        else:
            addresses = {service: house.address(service) for service in house.services}
            await postgres_tables.copy_as_of_now(addresses, begun)
        for name in BESIDE:
            if (house.settings.data / name).exists():
                shutil.copy2(house.settings.data / name, begun / name)
        if (house.settings.data / FOLDER).exists():
            shutil.copytree(house.settings.data / FOLDER, begun / FOLDER)
        manifest = Manifest(house.settings.branch, made_at.isoformat(), list(house.services))
        manifest.write(begun)
        begun.rename(to)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise
    return manifest


def _begun(to: Path) -> Path:
    """The folder in which the backup grows."""
    if to.exists():
        raise Unfit(_("{folder} is there already: name a new folder for the backup.", folder=str(to)))
    begun = to.with_name(f"{to.name}.part")
    shutil.rmtree(begun, ignore_errors=True)
    begun.mkdir(parents=True)
    return begun


async def restore(house: TheHouse, backup: Path) -> Manifest:
    """Put a whole, undamaged backup where there is nothing yet; the broker's store fills itself from the journals."""
    manifest = read_manifest(backup)
    for found in damage(backup, manifest):
        raise Unfit(found)
    if house.lies_in_files:
        _put_files(house, backup, manifest)
    else:
        for service in manifest.services:
            await migrate(house.address(service), service)
        for service in manifest.services:
            await postgres_tables.fill(house.address(service), backup / service)
    house.settings.data.mkdir(parents=True, exist_ok=True)
    if (backup / FOLDER).exists():
        shutil.copytree(backup / FOLDER, house.settings.data / FOLDER, dirs_exist_ok=True)
    for name in BESIDE:
        if (backup / name).exists() and not (house.settings.data / name).exists():
            shutil.copy2(backup / name, house.settings.data / name)
    return manifest


def _put_files(house: TheHouse, backup: Path, manifest: Manifest) -> None:
    for service in manifest.services:
        if not (backup / f"{service}.db").exists():
            raise Unfit(_("The backup is of PostgreSQL: name the databases with CLOSELOOP_DATABASE_URL to restore it."))
        if house.file(service).exists() or (house.settings.data / "nats").exists():
            raise Unfit(_("{folder} holds data already: restore into a new folder.", folder=str(house.settings.data)))
    house.settings.data.mkdir(parents=True, exist_ok=True)
    for service in manifest.services:
        shutil.copy2(backup / f"{service}.db", house.file(service))
