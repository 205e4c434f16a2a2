"""SQLite files of several services, copied as of one moment while people go on working."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path

WAITS_SECONDS = 10.0
PAGES_AT_ONCE = 1_000


def copy_as_of_now(files: Mapping[str, Path], to: Path) -> None:
    """Copy each service's file into the folder, all as they are at the same moment.

    For that moment alone nobody writes: nothing that one service has heard is then missing from the other that told it.
    """
    with ExitStack() as open_:
        writers = [open_.enter_context(closing(_connect(file))) for _name, file in sorted(files.items())]
        for writer in writers:
            writer.execute("begin immediate")
        readers = {name: open_.enter_context(closing(_connect(file))) for name, file in files.items()}
        for reader in readers.values():
            reader.execute("begin")
            reader.execute("select count(*) from sqlite_master").fetchone()
        for writer in writers:
            writer.execute("rollback")
        for name, reader in readers.items():
            with closing(sqlite3.connect(to / f"{name}.db", isolation_level=None)) as copy:
                reader.backup(copy, pages=PAGES_AT_ONCE)
                copy.execute("pragma journal_mode=delete")


def _connect(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=WAITS_SECONDS, isolation_level=None)
