"""A header that a row keeps is read once, and again when the row got another one."""

from typing import Any

from closeloop.chassis.known_header import KnowsHeader
from closeloop.chassis.rows import keeps, kept
from closeloop.contracts.event import CaseHeader

FIRST = {"id": "1", "number": "A-1", "kind": "repair", "basic_kind": "repair"}
FIRST |= {"procedure": "P00", "procedure_version": "1"}


@keeps("known_cases", key="id")
class KnownCase(KnowsHeader):
    """A case as far as somebody must know it."""

    id: str
    header: dict[str, Any]

    @property
    def told(self) -> CaseHeader:
        """As every event tells it."""
        return self._read_once(self.header)


def test_it_is_read_once_and_again_when_it_is_another_one():
    case = KnownCase("1", FIRST)
    assert case.told is case.told and case.told.number == "A-1"
    case.header = {**FIRST, "number": "A-2"}
    assert case.told.number == "A-2"


def test_a_refused_piece_leaves_the_header_that_was_there():
    case = KnownCase("1", FIRST)
    before = kept(KnownCase).freeze(case, "sqlite")
    case.header = {**FIRST, "number": "A-2"}
    assert case.told.number == "A-2"
    kept(KnownCase).restore(case, before, "sqlite")
    assert case.told.number == "A-1"
