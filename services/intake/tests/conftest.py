"""The service that these tests are about, and what customers bring to it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import MarkSet
from closeloop.intake.app import service as intake


@pytest.fixture(scope="session")
def service():
    return intake


A_COMPLAINT: dict[str, Any] = {
    "procedure": "P00",
    "kind": "complaint",
    "channel": "telephone",
    "content": "三号楼电梯厅连续三天没有打扫",
    "customer": {"name": "李女士", "phone": "138 0000 0001", "address": "3-1502"},
    "place": "garden-estate",
    "remedy_sought": "马上打扫",
    "fields": {"injury": False, "public_attention": False},
}
A_REPAIR: dict[str, Any] = {
    "procedure": "P00",
    "kind": "repair",
    "channel": "visit",
    "content": "厨房水管爆裂，楼下已渗水",
    "customer": {"name": "Chen", "phone": "+44 20 7946 0958"},
    "place": "river-towers",
}


@pytest.fixture
def a_complaint() -> dict[str, Any]:
    return {**A_COMPLAINT, "customer": dict(A_COMPLAINT["customer"]), "fields": dict(A_COMPLAINT["fields"])}


@pytest.fixture
def a_repair() -> dict[str, Any]:
    return {**A_REPAIR, "customer": dict(A_REPAIR["customer"])}


@pytest.fixture
def register(api) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`await register(a_repair)`: the desk takes a case down and reads out its number."""

    async def taken_down(case: dict[str, Any], **more: Any) -> dict[str, Any]:
        answer = await api.post("/api/intake/cases", json={**case, **more})
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    return taken_down


@pytest.fixture
def see(api) -> Callable[[str], Awaitable[dict[str, Any]]]:
    """`await see(number)`: the case as it stands."""

    async def seen(name: str) -> dict[str, Any]:
        answer = await api.get(f"/api/intake/cases/{name}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    return seen


@pytest.fixture
def complaint_header():
    """`complaint_header(case, round=2)`: what every event about a complaint says of it."""

    def header(case: dict[str, Any], **more: Any) -> CaseHeader:
        plain = {"kind": "complaint", "basic_kind": "complaint", "procedure": "P00", "procedure_version": "1.0"}
        return CaseHeader.model_validate({"id": case["id"], "number": case["number"], **plain, **more})

    return header


@pytest.fixture
def mark(hear, complaint_header) -> Callable[..., Awaitable[None]]:
    """`await mark(case, "handled")`: a service says where it stands with the case."""
    told = 0

    async def said(
        case: dict[str, Any],
        name: str,
        is_set: bool = True,
        *,
        by: str = "dispatch",
        round_: int | None = None,
        **more: Any,
    ) -> None:
        nonlocal told
        told += 1
        round_ = round_ or case.get("round", 1)
        header = complaint_header(case, round=round_)
        event = MarkSet(
            id=f"main.{by}.{case['id']}.{told}",
            key=case["id"],
            sequence=told,
            case=header,
            mark=name,
            is_set=is_set,
            round=round_,
            **more,
        )
        await hear(event, teller=by)

    return said
