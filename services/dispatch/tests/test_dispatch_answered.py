"""The moment at which the customer was answered stops what waits for it, also before the case was assessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.dispatch import LimitEnded
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed, MessageWritten

TALKS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "talks"


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(TALKS)


@pytest.fixture
def a_case(house):
    """A complaint that was assessed just now."""
    assessed = an_example(CaseAssessed, kind="complaint")
    header = assessed.case.model_copy(update={"received_at": house.clock.now(), "facets": {}})
    now = house.clock.now()
    return assessed.model_copy(
        update={"case": header, "occurred_at": now, "received_at": now, "facets": {}, "record": None}
    )


def a_message(case: CaseAssessed, sequence: int, **more: Any) -> MessageWritten:
    said = {"direction": "out", "says": "answers", "text": "已受理", "channel": "telephone", "number": 2, **more}
    identity = f"main.intake.{case.key}.{sequence}"
    common = {"case": case.case, "key": case.key, "sequence": sequence, "id": identity}
    return MessageWritten.model_validate({**common, "procedure": "P00", "procedure_version": "1.0", **said})


async def ended(published) -> list[tuple[str, str]]:
    return [(one.limit, one.how) for one in await published(LimitEnded)]


async def test_an_answer_stops_the_limit_at_its_moment(hear, house, published, a_case):
    await hear(a_case)
    await house.advance(hours=3)
    await hear(a_message(a_case, 90, occurred_at=house.clock.now()))
    assert await ended(published) == [("first_answer", "in_time")]


async def test_an_answer_that_is_heard_late_counts_by_when_it_was_given(hear, house, published, a_case):
    await hear(a_case)
    await house.advance(hours=1)
    given = house.clock.now()
    await house.advance(hours=5)
    await hear(a_message(a_case, 90, occurred_at=given))
    assert await ended(published) == [("first_answer", "in_time")]


async def test_what_only_informs_or_comes_in_stops_nothing(hear, house, published, a_case):
    await hear(a_case)
    await hear(a_message(a_case, 90, says="informs", occurred_at=house.clock.now()))
    await hear(a_message(a_case, 91, direction="in", says="clarifies", occurred_at=house.clock.now()))
    assert await ended(published) == []


async def test_an_answer_before_the_case_was_assessed_is_not_forgotten(hear, house, published, a_case):
    await hear(a_message(a_case, 1, occurred_at=house.clock.now()))
    await hear(a_case)
    assert await ended(published) == [("first_answer", "in_time")]
