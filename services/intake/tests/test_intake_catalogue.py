"""Everything that intake says, it says in Chinese too; and its tables are what its rows declare."""

from pathlib import Path

import sqlalchemy as sa

import closeloop.intake
from closeloop.chassis.catalogue import faults_of
from closeloop.chassis.migrating import differences


def test_every_sentence_has_its_chinese():
    assert faults_of(Path(closeloop.intake.__file__).parent) == []


async def test_the_migrations_lead_to_the_tables_that_the_rows_declare(running):
    async with running.read.engine.connect() as connection:
        found = await connection.run_sync(lambda plain: differences(plain, "intake"))
    assert [difference for difference in found if not _index_order(difference)] == []


def _index_order(difference: object) -> bool:
    return isinstance(difference, tuple) and isinstance(difference[1], sa.Index) and difference[0] == "nothing"
