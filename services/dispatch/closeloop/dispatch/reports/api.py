"""Reports of nonconformities as JSON: the same actions and lists for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.answering import answered
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound
from closeloop.dispatch import queries
from closeloop.dispatch.api import AtOnce, Cursor, Number
from closeloop.dispatch.reports import actions as reporting
from closeloop.dispatch.reports.forms import CorrectForm, DecideForm, VerifyForm, WriteForm
from closeloop.dispatch.reports.model import ReportState
from closeloop.dispatch.sheets.showing import WhoAsks, page_as_json, report_as_json

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
OF_A_CASE = "/cases/{case}/reports"
ONE_REPORT = f"{OF_A_CASE}/{{number}}"
DOINGS: dict[str, tuple[Callable[..., Any], type[BaseModel]]] = {
    "decide": (reporting.decide_report, DecideForm),
    "correct": (reporting.correct_report, CorrectForm),
    "verify": (reporting.verify_report, VerifyForm),
}


@router.get("/reports", name="reports_as_json")
async def reports(
    read: Reading,
    who: WhoAsks,
    case: str | None = None,
    state: ReportState | None = None,
    cursor: Cursor = None,
    limit: AtOnce = None,
) -> dict[str, Any]:
    """Reports of nonconformities by case (id or number) and state."""
    page = await queries.reports(read, who.person, who.desks, case=case, state=state, cursor=cursor, limit=limit)
    return page_as_json(page, [report_as_json(report) for report in page.items])


@router.get(ONE_REPORT, name="report_as_json")
async def report(case: str, number: Number, read: Reading, who: WhoAsks) -> dict[str, Any]:
    """One report."""
    found = await queries.report(read, who.person, who.desks, case, number)
    if found is None:
        raise NotFound()
    return report_as_json(found)


@router.post(OF_A_CASE, name="write_report_as_json")
async def write(case: str, form: WriteForm, request: Request, who: WhoAsks) -> Response:
    """A report is written without having been asked for."""
    said = (form, who.desks)
    return await answered(
        request, reporting.write_report, *said, by=who.person, key=case, status=201, shows=report_as_json
    )


def _offer(word: str, action: Callable[..., Any], filled: type[BaseModel]) -> None:
    async def take(case: str, number: Number, request: Request, who: WhoAsks, form: Any) -> Response:
        return await answered(request, action, number, form, who.desks, by=who.person, key=case, shows=report_as_json)

    take.__doc__, take.__annotations__["form"] = action.__doc__, filled
    router.add_api_route(f"{ONE_REPORT}/{word}", take, methods=["POST"], name=f"{word}_report_as_json")


for _word, (_action, _filled) in DOINGS.items():
    _offer(_word, _action, _filled)
