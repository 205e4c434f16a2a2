"""The procedure packs in force, kept in every service: a case is judged by the version under which it came."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.schedules.planning import plan_schedule
from closeloop.chassis.store.tables import Activated
from closeloop.chassis.work import Work
from closeloop.contracts.intake import ProcedureActivated


class PackMissing(LookupError):
    """This service does not have that version of a procedure yet; what needs it waits."""


class Procedures:
    """All versions that are or were in force in this service."""

    def __init__(self) -> None:
        self._packs: dict[tuple[str, str], Pack] = {}
        self._since: dict[str, list[tuple[datetime, str]]] = {}

    def keep(self, canonical: str, valid_from: datetime) -> Pack:
        """Take in a version; taking it in twice changes nothing."""
        pack = Pack.from_json(canonical)
        if (pack.id, pack.version) not in self._packs:
            self._since.setdefault(pack.id, []).append((valid_from, pack.version))
            self._since[pack.id].sort()
        return self._packs.setdefault((pack.id, pack.version), pack)

    async def load(self, store: Any) -> None:
        """Take in what the service has stored."""
        for canonical, valid_from in await store.fetch(
            "select canonical, valid_from from activated order by valid_from"
        ):
            self.keep(canonical, datetime.fromisoformat(valid_from) if isinstance(valid_from, str) else valid_from)

    def pack(self, procedure: str, version: str | None = None) -> Pack:
        """This version, or the newest one; `PackMissing` if it is not here."""
        if version:
            found = self._packs.get((procedure, version))
        else:
            since = self._since.get(procedure)
            found = self._packs[procedure, since[-1][1]] if since else None
        if found is None:
            raise PackMissing(
                f"The procedure {procedure} {version or ''} is not in this service yet; "
                "activate it, or wait until it is heard."
            )
        return found

    def in_force(self, procedure: str, at: datetime) -> Pack | None:
        """The version in force at a moment."""
        versions = [version for since, version in self._since.get(procedure, []) if since <= at]
        return self._packs[procedure, versions[-1]] if versions else None

    def current(self, at: datetime) -> list[Pack]:
        """The version in force of every procedure."""
        return [pack for procedure in sorted(self._since) if (pack := self.in_force(procedure, at))]

    def versions(self, procedure: str) -> list[tuple[datetime, Pack]]:
        """All versions of a procedure and since when each is in force, in that order."""
        return [(since, self._packs[procedure, version]) for since, version in self._since.get(procedure, [])]

    def __iter__(self) -> Iterator[tuple[datetime, Pack]]:
        """Every version that is here, and since when it is in force."""
        return (found for procedure in sorted(self._since) for found in self.versions(procedure))

    def __contains__(self, pack: Pack) -> bool:
        return (pack.id, pack.version) in self._packs

    def store(self, event: ProcedureActivated, work: Work) -> None:
        """What every service does when a procedure is activated: keep it."""
        self.add(work, content_of(event), event.active_from, told_at=event.recorded_at)

    def add(self, work: Work, canonical: str, valid_from: datetime, *, told_at: datetime | None = None) -> Pack:
        """Keep a version in the service's tables and at hand; what it has done again and again begins with it."""
        known = Pack.from_json(canonical)
        if known in self:
            return known
        pack = self.keep(canonical, valid_from.astimezone(UTC))
        work.add(Activated(pack.id, pack.version, pack.hash, valid_from, canonical))
        plan_schedule(work, pack, max(valid_from, told_at or work.now))
        return pack


def activation_of(pack: Pack, active_from: datetime) -> ProcedureActivated:
    """What intake tells the others: the whole pack, compressed."""
    content = base64.b64encode(zlib.compress(pack.canonical.encode(), 9)).decode()
    return ProcedureActivated(
        pack=pack.id,
        version=pack.version,
        active_from=active_from,
        hash=pack.hash,
        encoding="zlib+base64",
        content=content,
    )


def content_of(event: ProcedureActivated) -> str:
    """The pack's canonical JSON out of the event."""
    return event.content if event.encoding == "json" else zlib.decompress(base64.b64decode(event.content)).decode()
