"""The service that these tests are about, and cases for it to hear of."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.dispatch import DutyIssued, DutyReturned, LimitMissed, LimitSet
from closeloop.contracts.event import CaseHeader, Event, Judged
from closeloop.contracts.every import MarkSet
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseClosed, CaseRegistered
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
async def a_busy_time(hear, running, house, a_case, about, judged):
    """Sixty cases of January and early February 2026 in every state, looked at on 20 February."""
    from closeloop.chassis.acting import here

    here.set(running)
    chance = random.Random(20260220)
    await house.advance(days=46)
    told: list[Event] = []
    for number in range(1, 61):
        for event in life_of(number, chance, a_case, about, judged):
            told.append(event)
            await hear(event)
    return told


def life_of(number: int, chance: random.Random, a_case: Any, about: Any, judged: Any) -> Iterator[Event]:
    """What is told of one case, some way through its life."""
    received = datetime(2026, 1, 1, 2, tzinfo=UTC) + timedelta(minutes=chance.randrange(40 * 24 * 60))
    kind = chance.choice(["complaint", "complaint", "repair", "opinion", "suggestion"])
    facets = {"cause": chance.choice(["noise", "noise", "parking", "air"])} if chance.random() < 0.8 else {}
    if kind != "repair":
        facets["responsible_department"] = chance.choice(["cleaning", "security"])
    case = a_case(number, kind=kind, received_at=received, facets=facets)
    kept = judged("P00-4.1-b1", chance.choice(["kept", "breached"]), id=f"r{number}", at=received)
    yield about(CaseRegistered, case, occurred_at=received, occasions=(kept,))
    if number % 10 == 0:
        return
    due = received + timedelta(days=chance.choice([2, 3]))
    limits = (LimitSet(name="handling", due_at=due, stops="returned"),)
    desk = "repair_leader" if kind == "repair" else facets["responsible_department"]
    yield about(DutyIssued, case, occurred_at=received, desk=desk, limits=limits)
    back = received + timedelta(hours=chance.randrange(1, 200))
    if back > due:
        yield about(LimitMissed, case, limit="handling", due_at=due, desk=desk)
    if chance.random() < 0.2:
        return
    outcome = chance.choice(["solved", "solved", "partly_solved", "unfounded"])
    yield about(DutyReturned, case, returned_at=back, desk=desk, outcome=outcome)
    yield about(MarkSet, case, mark="handled", is_set=True, round=1, occurred_at=back)
    if chance.random() < 0.2:
        yield about(CallbackWaived, case, occurred_at=back)
    for _ in range(chance.randrange(3)):
        said = chance.choice(["satisfied", "satisfied", "dissatisfied", "unreachable", "declined"])
        counts = said in ("satisfied", "dissatisfied")
        yield about(CallbackAttempted, case, outcome=said, counts=counts, attempted_at=back)
    if chance.random() < 0.6:
        yield about(CaseClosed, case, occurred_at=back + timedelta(hours=chance.randrange(1, 400)))


@pytest.fixture
def rows(running):
    """`await rows(CaseFacts)`: what stats keeps, of one kind."""
    from sqlalchemy import select

    from closeloop.chassis.rows import table_of

    async def kept(cls: type[Any]) -> list[Any]:
        return await running.read.rows(cls, select(table_of(cls)))

    return kept
