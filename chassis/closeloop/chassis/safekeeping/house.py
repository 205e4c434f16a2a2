"""A house that is backed up, verified or restored: which services there are, and where their databases lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from sqlalchemy.engine import make_url

from closeloop.chassis.i18n import _
from closeloop.chassis.safekeeping.manifest import Unfit
from closeloop.chassis.settings import Settings

BESIDE = ("organisation.yaml", "accounts.json", "clock.json")
"""Files of the data folder that belong to a backup; keys never do, the broker's store fills itself again."""


@dataclass(frozen=True)
class TheHouse:
    """The databases of some services of one deployment."""

    settings: Settings
    services: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings, wanted: Iterable[str] = ()) -> TheHouse:
        """The services that are named, or all that are installed; `Unfit` where one is not."""
        installed = sorted(point.name for point in entry_points(group="closeloop.services"))
        for name in wanted:
            if name not in installed:
                raise Unfit(
                    _("There is no service {name}; installed are {names}.", name=name, names=", ".join(installed))
                )
        return cls(settings, tuple(wanted) or tuple(installed))

    def address(self, service: str) -> str:
        """The database of a service."""
        return self.settings.database_of(service)

    @property
    def lies_in_files(self) -> bool:
        """Whether the databases are SQLite files."""
        return make_url(self.address(self.services[0])).get_backend_name() == "sqlite"

    def file(self, service: str) -> Path:
        """The SQLite file of a service."""
        return Path(make_url(self.address(service)).database or "")

    def files(self) -> dict[str, Path]:
        """The SQLite file of each service; `Unfit` where one is not there."""
        found = {service: self.file(service) for service in self.services}
        for file in found.values():
            if not file.exists():
                raise Unfit(_("There is no database {file}: name the data folder with --data.", file=str(file)))
        return found
