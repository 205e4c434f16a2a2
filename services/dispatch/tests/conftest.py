"""What the tests of dispatch share: the service, its procedure, and cases to hear of."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import yaml

from closeloop.chassis.packs import Pack
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
def with_duties() -> Callable[[Pack, str], Pack]:
    """`with_duties(pack, "steps.yaml")`: the installed procedure with the duties of a file of this folder."""
    return _with_duties


def _with_duties(pack: Pack, file: str) -> Pack:
    """The installed procedure with the duties, the form, the facets and the clauses of a file beside this one."""
    given = yaml.safe_load((Path(__file__).parent / file).read_text(encoding="utf-8"))
    written = json.loads(pack.canonical)
    tables = ("duties", "limits", "corrective_actions")
    written["dispatch"] = {name: given[name] for name in tables if name in given}
    written["stats"]["alarms"] = given.get("alarms", {})
    written["forms/steps_sheet"] = given["form"]
    written["intake"]["facets"] |= given.get("facets", {})
    for kind, numbers in given["clauses"].items():
        for number in numbers:
            text = {"zh": f"条款{number}", "en": f"Clause {number}."}
            clause = {"source": number, "text": text, "kind": kind, "check": "automatic"}
            written["clauses"]["clauses"][f"P00-{number}"] = clause
    return Pack.from_json(json.dumps(written))


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


@pytest.fixture
def step(api, house):
    """`await step("cleaning-head", "accept")`: somebody takes a step of a duty; answers what the service said."""

    async def take(login: str, word: str, number: int = 1, status: int = 200, **said: Any) -> dict[str, Any]:
        url = f"/api/dispatch/cases/case-1/duties/{number}/{word}"
        answer = await api.post(url, json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return take


@pytest.fixture
def ends(published):
    """`await ends("4.3.1-a")`: how the occasions of a clause stand, each with what it hangs on."""

    async def of(clause: str) -> list[tuple[str, str]]:
        told = [judged for event in await published() for judged in event.occasions]
        last = {judged.id: judged for judged in told if judged.clause == f"P00-{clause}"}
        return [(judged.of, str(judged.end)) for judged in last.values()]

    return of


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
