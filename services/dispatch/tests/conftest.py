"""What the tests of dispatch share: the service, its procedure, and cases to hear of."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from closeloop.chassis.service import Service
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.intake import CaseAssessed, RoundOpened
from closeloop.contracts.personal import Customer
from closeloop.contracts.vocabulary import BasicKind
from closeloop.dispatch.app import service as dispatch

A_MONDAY = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
NUMBERS = count(1)


def told(case: str) -> dict[str, Any]:
    """What the chassis of intake adds to every event."""
    n = next(NUMBERS)
    return {
        "id": f"main.intake.{case}.{n}",
        "key": case,
        "sequence": n,
        "occurred_at": A_MONDAY,
        "recorded_at": A_MONDAY,
    }


@pytest.fixture
def service() -> Service:
    return dispatch


@pytest.fixture
def a_repair():
    """A repair as intake tells of it, with whatever differs."""

    def assessed(case: str = "case-1", **changed: Any) -> CaseAssessed:
        return an_assessed_case(case, "repair", {"trade": "plumbing"}, "厨房水管漏水", changed)

    return assessed


@pytest.fixture
def a_complaint():
    """A complaint about the cleaning, with whatever differs."""

    def assessed(case: str = "case-1", **changed: Any) -> CaseAssessed:
        facets = {"severity": "ordinary", "crosses_departments": "no", "responsible_department": "cleaning"}
        return an_assessed_case(case, "complaint", facets, "电梯厅连续三天没有打扫", changed)

    return assessed


@pytest.fixture
def another_round():
    """The customer was not satisfied with what became of a case."""

    def opened(case: CaseAssessed, number: int = 2) -> RoundOpened:
        header = case.case.model_copy(update={"round": number})
        return RoundOpened(**told(header.id), case=header, number=number, reason="dissatisfied", opinion="又漏了")

    return opened


@pytest.fixture
def told_of():
    """Another event of intake about the same case."""

    def event(about: CaseAssessed, kind: type[Event], **said: Any) -> Any:
        return kind(**{**told(about.key), "case": about.case, **said})

    return event


def an_assessed_case(case: str, kind: str, facets: dict[str, str], content: str, changed: Any) -> CaseAssessed:
    header = CaseHeader(
        id=case,
        number=changed.pop("number", "QR-022/2026-0001"),
        kind=kind,
        basic_kind=BasicKind(kind),
        procedure="P00",
        procedure_version="1.0",
        place=changed.pop("place", "garden-estate"),
        channel="telephone",
        facets={**facets, **changed.pop("facets", {})},
        received_at=A_MONDAY,
        **changed,
    )
    return CaseAssessed(
        **told(case),
        case=header,
        content=content,
        customer=Customer(name="王先生", phone="+8613800000002", address="5-0301"),
        channel="telephone",
        received_at=A_MONDAY,
        facets=header.facets,
    )
