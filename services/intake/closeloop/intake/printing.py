"""The register of a period as its form: one row for each case, on the page, on paper and for machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.exceptions import RequestValidationError
from sqlalchemy import select
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import HOME_ZONE, Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage, Page
from closeloop.chassis.people import CurrentPerson, Person, scoped
from closeloop.chassis.periods import BadPeriod, Span, period_of, read_period
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.records.pdf import pdf_page
from closeloop.chassis.records.printed import Printed, printed_register
from closeloop.chassis.records.sheet import printed_page
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import json_text, table_of
from closeloop.contracts.vocabulary import label
from closeloop.intake.columns import Columns
from closeloop.intake.misfits import Misfits
from closeloop.intake.model import Case
from closeloop.intake.queries import CASES

COLUMNS = table_of(Columns)
MOST_ROWS = 3000
HOME_COUNTRY = "+86"
router = APIRouter()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which register, of which time, and at which place."""

    pack: Pack
    register: str
    span: Span
    place: str | None

    @property
    def form(self) -> str:
        """The form that the register is kept on."""
        return self.pack.intake.registers[self.register].form


async def wanted(
    period: Annotated[str, Query(max_length=20, description="Month like 2026-01, week like 2026-W03")] = "",
    procedure: Annotated[str, Query(max_length=60)] = "",
    register: Annotated[str, Query(max_length=60)] = "",
    place: Annotated[str, Query(max_length=60)] = "",
) -> Wanted:
    """The register that is asked for; this month's of the first procedure if nothing is said."""
    running = here.get()
    now = running.now()
    packs = [pack for pack in running.procedures.current(now) if procedure in ("", pack.id)]
    registers = [(pack, name) for pack in packs for name in pack.intake.registers if register in ("", name)]
    if not registers:
        raise NotFound()
    try:
        span = read_period(period, HOME_ZONE) if period else period_of("month", now.astimezone(HOME_ZONE), HOME_ZONE)
    except BadPeriod as bad:
        misfits = Misfits()
        misfits.say("period", bad.sentence)
        raise RequestValidationError(misfits.found) from None
    return Wanted(*registers[0], span, place or None)


AsWanted = Annotated[Wanted, Depends(wanted)]


@router.get("/intake/register", name="register_form", include_in_schema=False)
async def register_form(wanted: AsWanted, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """The register of a period as it is printed."""
    printed = await printed_of(read, person, wanted)
    query = _query(wanted)
    back = page.url("register")
    return await printed_page(page, printed.at(pdf=page.url("register_pdf", query=query), back=back))


@router.get("/intake/register.pdf", name="register_pdf", include_in_schema=False)
async def register_pdf(wanted: AsWanted, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """The register of a period as PDF."""
    return await pdf_page(page, await printed_of(read, person, wanted))


@router.get("/api/intake/register", name="api_register_form", tags=["intake"])
async def api_register_form(wanted: AsWanted, read: Reading, person: CurrentPerson) -> Response:
    """The register of a period, column by column as on its form."""
    pairs = await rows_of(read, person, wanted)
    items = [{"id": case.id, **in_columns(case, others, wanted.pack)} for case, others in pairs]
    body = {"form": wanted.form, "period": wanted.span.name, "items": items, "next": None}
    return Response(json_text(body), media_type="application/json")


async def rows_of(read: Read, person: Person, wanted: Wanted) -> list[tuple[Case, Columns | None]]:
    """The cases of the register in the order of their numbers, each with what the others told of it."""
    statement = (
        scoped(select(CASES), CASES, person)
        .where(CASES.c.procedure == wanted.pack.id, CASES.c.register_name == wanted.register)
        .where(CASES.c.registered_at >= wanted.span.start, CASES.c.registered_at < wanted.span.end)
        .order_by(CASES.c.registered_at, CASES.c.id)
        .limit(MOST_ROWS)
    )
    if wanted.place:
        statement = statement.where(CASES.c.place == wanted.place)
    cases = await read.rows(Case, statement)
    told = await read.rows(Columns, select(COLUMNS).where(COLUMNS.c.case_id.in_([case.id for case in cases])))
    by_case = {one.case_id: one for one in told}
    return [(case, by_case.get(case.id)) for case in cases]


async def printed_of(read: Read, person: Person, wanted: Wanted) -> Printed:
    """The sheet: a row per case under the headings of the form."""
    pairs = await rows_of(read, person, wanted)
    rows = [in_columns(case, others, wanted.pack) for case, others in pairs]
    remarks = [_("{count} cases.", count=len(rows))]
    if len(rows) == MOST_ROWS:
        remarks.append(_("More cases than one sheet holds: ask for a shorter period."))
    place = here.get().people.organisation.place(wanted.place) if wanted.place else None
    title = wanted.span.title
    lead = {lang: " · ".join([title[lang], *([getattr(place.name, lang)] if place else [])]) for lang in title}
    return printed_register(wanted.pack, wanted.form, rows, lead=lead, remarks=remarks)


def in_columns(case: Case, others: Columns | None, pack: Pack) -> dict[str, Any]:
    """One row: what intake wrote down, what the register asks besides, and what the others told."""
    return {
        **case.facts,
        **case.told,
        "serial_number": case.number,
        "received_at": case.received_at,
        "channel": case.channel,
        "name": _words(_("Anonymous")) if case.anonymous else case.name,
        "address": case.address or case.told.get("location"),
        "contact": _as_dialled(case.phone) or case.email or _words(_("none left")),
        "kind": case.kind,
        "content": case.content,
        "handling_requirement": case.told.get("handling_requirement") or case.remedy_sought,
        "forwarded_to": [pack.title_of(desk).model_dump() for desk in others.forwarded_to] if others else [],
        "sheet_number": [_sheet(sheet, pack) for sheet in others.sheets] if others else [],
        "callback": _callback(case, others, pack),
        "callback_date": _asked(others),
        "state": label(case.status).model_dump(),
    }


def _as_dialled(phone: str | None) -> str | None:
    return phone.removeprefix(HOME_COUNTRY) if phone else None


def _sheet(told: str, pack: Pack) -> str:
    form, number = told.rsplit(":", 1)
    return f"{(pack.forms[form].number if form in pack.forms else None) or form} ({number})"


def _callback(case: Case, others: Columns | None, pack: Pack) -> Mapping[str, str] | None:
    if others and others.waived_for:
        exemption = pack.callback.said.exemptions.get(others.waived_for)
        reason: Any = exemption.title.model_dump() if exemption else others.waived_for
        return _words(_("Not required: {reason}", reason=reason))
    if others and others.outcome:
        return _words(_("Required. {outcome}", outcome=label(others.outcome).model_dump()))
    if others and others.callback_due_at:
        return _words(_("Required"))
    if not case.contact_left:
        return _words(_("Not required: {reason}", reason=_("no contact was left")))
    if case.wants_callback is False:
        return _words(_("Not required: {reason}", reason=_("the customer asked for none")))
    return None


def _asked(others: Columns | None) -> Mapping[str, str] | None:
    if others is None:
        return None
    if others.asked_at is not None:
        return _words(Sentence("{day}", {"day": others.asked_at.astimezone(HOME_ZONE).date()}))
    if others.callback_due_at is not None and not others.waived_for:
        return _words(_("until {day}", day=others.callback_due_at.astimezone(HOME_ZONE).date()))
    return None


def _words(sentence: Sentence) -> dict[str, str]:
    return dict(sentence.texts)


def _query(wanted: Wanted) -> dict[str, Any]:
    return {
        "period": wanted.span.name,
        "procedure": wanted.pack.id,
        "register": wanted.register,
        "place": wanted.place,
    }


def this_month(page: Page, pack: Pack) -> list[tuple[Any, str]]:
    """The registers of a procedure with the address of this month's sheet."""
    return [
        (
            {"zh": register.title.zh, "en": register.title.en},
            page.url("register_form", query={"procedure": pack.id, "register": name}),
        )
        for name, register in pack.intake.registers.items()
    ]
