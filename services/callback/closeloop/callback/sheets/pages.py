"""Answer sheets on pages: which were drawn, and what came of asking whoever answered."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form
from starlette.requests import Request
from starlette.responses import Response

from closeloop.callback.asking.entered import AttemptPageForm
from closeloop.callback.asking.outcomes import decides_itself, fields_on_page, outcomes_offered, record_of
from closeloop.callback.asking.words import named
from closeloop.callback.model import is_on_the_desk
from closeloop.callback.planning.callers import name_of
from closeloop.callback.sheets import actions, queries
from closeloop.callback.sheets.model import AskedSheet, SheetState
from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import HOME_ZONE, Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.records.inputs import from_page

router = APIRouter(include_in_schema=False)
STATES: dict[SheetState, tuple[Sentence, str]] = {
    SheetState.PLANNED: (_("To be called"), "info"),
    SheetState.DONE: (_("Checked"), "good"),
    SheetState.RETURNED: (_("Not drawn"), "neutral"),
}
COUNTS = {"qualified": _("Content"), "dissatisfied": _("Displeased"), "unanswered": _("No answer")}


@router.get("/callback/sheets", name="sheets")
async def sheets(
    read: Reading, person: CurrentPerson, page: CurrentPage, survey: str = "", show: str = "planned", cursor: str = ""
) -> Response:
    """The sheets that were drawn and wait, or all of them."""
    wanted = SheetState(show) if show in set(SheetState) else None
    found = await queries.sheets(read, person, survey=survey or None, status=wanted, cursor=cursor or None)
    return page.show(
        "sheets",
        sheets=found.items,
        next=found.next,
        cursor=cursor,
        survey=survey,
        show=show,
        draws=await queries.draws(read, survey) if survey else [],
        now=here.get().now(),
        state_of=state_of,
        title_of=title_of,
        desk_of=lambda one: pack_of(one).title_of(one.desk).model_dump(),
    )


@router.get("/callback/sheets/{identity}", name="asked_sheet")
async def asked_sheet(
    identity: str, read: Reading, person: CurrentPerson, page: CurrentPage, form: str = ""
) -> Response:
    """One sheet: who answered, as what each item counts, and the form for what came of asking."""
    found = await queries.sheet(read, person, identity)
    pack = pack_of(found)
    is_open = found.state == SheetState.PLANNED and is_on_the_desk(person, found.desk, pack)
    forms = [(rule.name, rule.entry.title.model_dump()) for rule in pack.callback.forms_for({})]
    chosen = form if form in dict(forms) else str(found.form)
    asked = pack.survey.said.surveys.get(found.survey)
    questions = pack.forms[asked.form].fields if asked else {}
    items = [
        (questions[name].title.model_dump() if name in questions else name, COUNTS.get(counts, counts))
        for name, counts in found.items.items()
    ]
    return page.show(
        "sheet_check",
        sheet=found,
        customer=found.whose,
        title=title_of(found),
        desk=pack.title_of(found.desk).model_dump(),
        state=state_of(found),
        outcome=named(found.outcome) if found.outcome else "",
        caller=name_of(found.caller),
        items=items,
        is_open=is_open,
        forms=forms,
        chosen=chosen,
        outcomes=[(str(one), named(one)) for one in outcomes_offered(found, pack)],
        by_the_form=decides_itself(found, pack),
        fields=fields_on_page(found, pack),
        records=await queries.records_of(read, found),
        title_of_form=lambda record: pack.forms[record.form].title.model_dump(),
        guidance=pack.guidance.at("call_back", {}) if is_open else (),
        now=here.get().now().astimezone(HOME_ZONE).strftime("%Y-%m-%dT%H:%M"),
    )


@router.post("/callback/sheets/{identity}/attempts", name="check_answers")
async def check_answers(
    identity: str,
    request: Request,
    form: Annotated[AttemptPageForm, Form()],
    read: Reading,
    person: CurrentPerson,
    page: CurrentPage,
) -> Response:
    """Whoever answered was asked."""
    found = await queries.sheet(read, person, identity)
    pack = pack_of(found)
    record = record_of(found, pack)
    fields = from_page(pack.forms[record.form], await request.form()) if record else {}
    await do(actions.check_answers, form.as_form(fields), by=person, key=identity)
    return page.go_to("sheets", query={"survey": found.survey_id}, said=_("It is on record."))


def state_of(sheet: AskedSheet) -> tuple[Any, str]:
    """How it stands with the check of a sheet."""
    if sheet.outcome is not None:
        return named(sheet.outcome), "good" if sheet.outcome == "confirmed" else "waiting"
    if sheet.due_at is not None and sheet.due_at < here.get().now():
        return _("Overdue"), "bad"
    return STATES[sheet.state]


def title_of(sheet: AskedSheet) -> Any:
    """The survey as people call it."""
    survey = pack_of(sheet).survey.said.surveys.get(sheet.survey)
    return survey.title.model_dump() if survey else sheet.survey


def pack_of(sheet: AskedSheet) -> Pack:
    """The procedure by which the survey was made."""
    return here.get().procedures.pack(sheet.procedure, sheet.procedure_version)
