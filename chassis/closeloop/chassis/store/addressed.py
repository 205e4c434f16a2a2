"""The store of a database address; what belongs to the other kind of database is not loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

if TYPE_CHECKING:
    from closeloop.chassis.store.postgres import PostgresStore
    from closeloop.chassis.store.sqlite import SqliteStore


def store_of(url: str, rows: Sequence[type[Any]], *, waits_for_disk: bool = True) -> SqliteStore | PostgresStore:
    """The store of these rows. Simulated work need not outlive a power cut: it does not wait for the disk."""
    parts = make_url(url)
    if parts.get_backend_name() == "sqlite":
        from closeloop.chassis.store.sqlite import SqliteStore

        return SqliteStore(Path(parts.database or ""), rows, waits_for_disk=waits_for_disk)
    from closeloop.chassis.store.postgres import PostgresStore

    return PostgresStore(parts.set(drivername="postgresql").render_as_string(hide_password=False), rows)
