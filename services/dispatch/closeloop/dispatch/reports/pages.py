"""The page of a report of a nonconformity, with the step that comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.chassis.records.asking import last_of
from closeloop.chassis.records.words import EMPTY, in_field
from closeloop.chassis.refusals import NotFound
from closeloop.dispatch import queries
from closeloop.dispatch.api import Number
from closeloop.dispatch.pages import dressed
from closeloop.dispatch.reports import actions as reporting
from closeloop.dispatch.reports.api import DOINGS, OF_A_CASE, ONE_REPORT
from closeloop.dispatch.reports.forms import WriteForm
from closeloop.dispatch.reports.model import STATE_WORDS
from closeloop.dispatch.sheets.showing import WhoAsks

router = APIRouter(prefix="/dispatch", include_in_schema=False)


@router.get(ONE_REPORT, name="report")
async def report(case: str, number: Number, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """One report under the title and number of its form."""
    found = await queries.report(read, who.person, who.desks, case, number)
    if found is None:
        raise NotFound()
    pack = here.get().procedures.pack(found.procedure, found.procedure_version)
    rule, form = pack.dispatch.reports[found.rule].entry, pack.forms[found.form]
    record = await last_of(read, case, found.of) if found.record_id else None
    fields = record.fields if record else {}
    filled = [
        (one.title.model_dump(), in_field(pack, one, fields[name]))
        for name, one in form.fields.items()
        if fields.get(name) not in EMPTY
    ]
    verifies_own = found.state == "corrected" and found.corrected_by == who.person.id
    return page.show(
        "report",
        report=found,
        rule=rule,
        form_=form,
        filled=filled,
        record=record,
        may=found.waits_for in who.desks and not verifies_own,
        verifies_own=verifies_own,
        title_of=lambda desk: pack.title_of(desk).model_dump(),
        state=STATE_WORDS[found.state],
        now=who.now,
        **dressed(),
    )


@router.post(OF_A_CASE, name="write_report")
async def write_report(case: str, form: Annotated[WriteForm, Form()], page: CurrentPage, who: WhoAsks) -> Response:
    """A report is written without having been asked for."""
    written = await do(reporting.write_report, form, who.desks, by=who.person, key=case)
    return page.go_to("report", case=case, number=written.number, said=_("The report is written."))


def _offer(word: str, action: Callable[..., Any], filled: type[BaseModel]) -> None:
    async def take(case: str, number: Number, page: CurrentPage, who: WhoAsks, form: Any) -> Response:
        changed = await do(action, number, form, who.desks, by=who.person, key=case)
        words = _("Saved. This report stands at “{state}”.", state=STATE_WORDS[changed.state])
        return page.go_to("report", case=case, number=number, said=words)

    take.__doc__, take.__annotations__["form"] = action.__doc__, Annotated[filled, Form()]
    router.add_api_route(f"{ONE_REPORT}/{word}", take, methods=["POST"], name=f"{word}_report")


for _word, (_action, _filled) in DOINGS.items():
    _offer(_word, _action, _filled)
