"""Migrations: brings a service's database to the tables that this version needs, on both databases.

The chassis and each service have their own line of versions. `python -m closeloop.chassis.migrating SERVICE NAME`
writes the next version of a line (`chassis` is one) from what its rows declare.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from closeloop.chassis.rows import kept
from closeloop.chassis.store.faults import Away
from closeloop.chassis.store.found import INDEX, indexes_of
from closeloop.chassis.store.tables import chassis_metadata


def versions_of(line: str) -> Path:
    """The folder that holds the versions of a line."""
    package = import_module(f"closeloop.{line}")
    return Path(str(package.__file__)).parent / "migrations" / "versions"


def newest(line: str) -> str | None:
    """The newest version of a line; versions are numbered in their file names."""
    names = sorted(file.stem for file in versions_of(line).glob("[0-9]*.py"))
    return names[-1] if names else None


def metadata_of(line: str) -> sa.MetaData:
    """The tables that a line is to lead to."""
    if line == "chassis":
        return chassis_metadata()
    metadata = sa.MetaData()
    for cls in _rows_of(line):
        kept(cls).table.to_metadata(metadata)
    return metadata


def _rows_of(line: str) -> Sequence[type[Any]]:
    """What a service keeps besides the chassis' own."""
    rows: Sequence[type[Any]] = () if line == "chassis" else import_module(f"closeloop.{line}.app").service.rows
    return rows


async def migrate(url: str, service: str) -> list[str]:
    """Bring the database to the newest version, wholly or not at all; answers the lines that had to move."""
    engine = create_async_engine(url)
    if engine.dialect.name == "sqlite":
        _begin_before_tables(engine)
    try:
        connection = await engine.connect()
        try:
            async with connection.begin():
                return await connection.run_sync(lambda plain: _upgraded(plain, service))
        finally:
            await connection.close()
    except (OSError, TimeoutError) as error:
        raise Away(str(error) or type(error).__name__) from error
    except sa.exc.DBAPIError as error:
        if error.connection_invalidated or error.statement is None:
            raise Away(str(error.orig)) from error
        raise
    finally:
        await engine.dispose()


def _begin_before_tables(engine: AsyncEngine) -> None:
    """Python begins no transaction before a table is made: a start that is killed would leave half of the tables."""

    def leave_it_to_us(connection: Any, record: Any) -> None:
        connection.isolation_level = None

    sa.event.listen(engine.sync_engine, "connect", leave_it_to_us)
    sa.event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql("begin immediate"))


def _upgraded(connection: sa.Connection, service: str) -> list[str]:
    """Processes of one service may start at the same moment: one of them migrates, the others find it done."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("select pg_advisory_xact_lock(hashtext('closeloop:migrate'))")
    return [line for line in ("chassis", service) if _upgrade(connection, line)]


def _upgrade(connection: sa.Connection, line: str) -> bool:
    wanted = newest(line)
    if wanted is None or _stands_at(connection, line) == wanted:
        return False
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(versions_of(line).parent))
    config.set_main_option("path_separator", "os")
    script = ScriptDirectory.from_config(config)

    def to_head(revision: Any, context: Any) -> Any:
        return script._upgrade_revs("heads", revision)

    with EnvironmentContext(config, script, fn=to_head) as environment:
        environment.configure(connection=connection, version_table=f"version_of_{line}")
        with environment.begin_transaction():
            environment.run_migrations()
    for statement in indexes_of(_rows_of(line), connection.dialect.name):
        connection.exec_driver_sql(statement)
    return True


def _stands_at(connection: sa.Connection, line: str) -> str | None:
    if not sa.inspect(connection).has_table(f"version_of_{line}"):
        return None
    found: str | None = connection.execute(sa.text(f"select version_num from version_of_{line}")).scalar()
    return found


def differences(connection: sa.Connection, line: str) -> list[Any]:
    """What the rows declare and the migrated database does not have, or the other way round."""
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    wanted = metadata_of(line)
    mine = set(wanted.tables)

    def of_this_line(thing: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        if kind == "index":
            return not (name or "").endswith(INDEX)
        return kind != "table" or name in mine

    context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": of_this_line})
    return list(compare_metadata(context, wanted))


def write_version(line: str, name: str) -> Path:
    """The next version of a line, from what its rows declare that its versions do not make yet."""
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.runtime.migration import MigrationContext

    before = newest(line)
    number = int(before.split("_")[0]) + 1 if before else 1
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "now.db"
        asyncio.run(migrate(f"sqlite+aiosqlite:///{file}", line))
        engine = sa.create_engine(f"sqlite:///{file}")
        wanted = metadata_of(line)
        mine = set(wanted.tables)
        with engine.connect() as connection:
            options = {"include_object": lambda thing, table, kind, reflected, other: kind != "table" or table in mine}
            context = MigrationContext.configure(connection, opts={**options, "user_module_prefix": "rows."})
            script = produce_migrations(context, wanted)
        assert script.upgrade_ops is not None and script.downgrade_ops is not None
        code = render_python_code(script.upgrade_ops, user_module_prefix="rows.")
        back = render_python_code(script.downgrade_ops, user_module_prefix="rows.")
    code, back = ("\n".join(line for line in part.split("\n") if "###" not in line).strip() for part in (code, back))
    revision = f"{number:04d}_{name}"
    path = versions_of(line) / f"{revision}.py"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        _TEMPLATE.format(
            title=name.replace("_", " ").capitalize(), revision=revision, before=repr(before), code=code, back=back
        )
    )
    return path


_TEMPLATE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op

from closeloop.chassis import rows

revision = "{revision}"
down_revision = {before}


def upgrade() -> None:
    {code}


def downgrade() -> None:
    {back}
'''

if __name__ == "__main__":
    sys.stdout.write(f"{write_version(sys.argv[1], sys.argv[2]).name}\n")
