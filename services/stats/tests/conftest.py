"""The service that these tests are about, and cases for it to hear of."""

from datetime import UTC, datetime
from typing import Any

import pytest

from closeloop.contracts.event import CaseHeader, Event, Judged
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseRegistered
from closeloop.stats.app import service as stats

PLACE = "garden-estate"


@pytest.fixture(scope="session")
def service():
    return stats


@pytest.fixture(scope="session")
def a_case(pack):
    """`a_case(7, kind="repair")`: the header of a case, received on Thursday the eighth of January 2026."""

    def header(number: int = 1, **said: Any) -> CaseHeader:
        kind = said.pop("kind", "complaint")
        usual = {
            "id": f"case{number:04}",
            "number": f"QR-022-2026-{number:04}",
            "kind": kind,
            "basic_kind": kind,
            "procedure": pack.id,
            "procedure_version": pack.version,
            "place": PLACE,
            "channel": "telephone",
            "sequence": 1,
            "received_at": datetime(2026, 1, 8, 2, 0, tzinfo=UTC),
        }
        return CaseHeader.model_validate({**usual, **said})

    return header


@pytest.fixture(scope="session")
def about():
    """`about(CaseClosed, case)`: an event of this case; of `occasions` nothing unless the test says so."""

    def event(kind: type[Event], case: CaseHeader, **said: Any) -> Any:
        told = {"occasions": (), "place": case.place, "procedure": case.procedure, **said}
        if "duty_id" in kind.model_fields:
            told.setdefault("number", 1)
            told["duty_id"] = f"{case.id}.{told['number']}"
        if kind is CaseRegistered:
            told.setdefault("received_at", case.received_at)
        made = an_example(kind, case=case, **{k: v for k, v in told.items() if k != "duty_id"})
        more = {"key": case.id, "case": case, "audience": case.audience}
        if "duty_id" in told:
            more["duty_id"] = told["duty_id"]
        return made.model_copy(update=more)

    return event


@pytest.fixture(scope="session")
def judged():
    """`judged("P00-4.1-b1", "kept")`: an occasion as an event brings it."""

    def occasion(clause: str, end: str, id: str = "o1", of: str = "case", at: datetime | None = None) -> Judged:
        return Judged(clause=clause, of=of, end=end, at=at or datetime(2026, 1, 8, 2, 0, tzinfo=UTC), id=id)

    return occasion


@pytest.fixture
def rows(running):
    """`await rows(CaseFacts)`: what stats keeps, of one kind."""
    from sqlalchemy import select

    from closeloop.chassis.rows import table_of

    async def kept(cls: type[Any]) -> list[Any]:
        return await running.read.rows(cls, select(table_of(cls)))

    return kept
