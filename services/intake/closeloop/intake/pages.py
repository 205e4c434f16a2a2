"""Pages of the desk: the register, a new case, a case."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage, Statics
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.vocabulary import CaseStatus, label
from closeloop.intake import actions, queries, views
from closeloop.intake.api import AsWanted, as_invalid, brought_in, pack_of
from closeloop.intake.asking import (
    as_done_at_once,
    as_necessary,
    asks_why,
    done_at_once,
    facets_at_once,
    may_be_necessary,
)
from closeloop.intake.checking import check_assessment
from closeloop.intake.conversation.told import tells_customers
from closeloop.intake.customers.queries import lists_of
from closeloop.intake.forms import AssessmentForm, CaseForm, ReasonForm
from closeloop.intake.handing_over import desk_that_takes_over
from closeloop.intake.loop import is_closed
from closeloop.intake.model import Case, standing
from closeloop.intake.printing import this_month
from closeloop.intake.rights import channels_of, may_close, may_register, may_use, may_write_down
from closeloop.intake.showing import TONES, as_field, as_row, facets_of, place_name, places_of, rated_so, told_of, words
from closeloop.intake.timeline import name_of_mark, timeline

router = APIRouter(prefix="/intake", include_in_schema=False)
STATICS = Statics(Path(__file__).parent / "static", "/intake/static")
FILTERS = ("status", "kind", "place", "channel", "procedure", "q", "registered_from", "registered_to")


@router.get("", name="register")
async def register(
    page: CurrentPage, person: CurrentPerson, read: Reading, wanted: AsWanted, cursor: str | None = None
) -> Response:
    """The register: what came in, where it stands, and how to find it."""
    found = await queries.register(read, person, wanted, cursor)
    packs = here.get().procedures.current(here.get().now())
    kinds = {name: words(kind.title) for pack in packs for name, kind in pack.intake.kinds.items()}
    channels = {name: words(channel.title) for pack in packs for name, channel in pack.intake.channels.items()}
    return page.show(
        "register",
        cases=[as_row(case, kinds) for case in found.items],
        counts=[
            (status, words(label(status)), n, TONES[status])
            for status, n in (await queries.counts(read, person, wanted)).items()
        ],
        wanted={name: getattr(wanted, name) or "" for name in FILTERS},
        statuses=[(status.value, words(label(status))) for status in CaseStatus],
        kinds=list(kinds.items()),
        channels=list(channels.items()),
        places=places_of(person),
        next=page.here(cursor=found.next) if found.next else "",
        first=page.here(cursor=None) if cursor else "",
        registers=[sheet for pack in packs for sheet in this_month(page, pack)],
        is_filtered=any(getattr(wanted, name) for name in FILTERS),
        may_register=any(may_write_down(person, pack) for pack in packs),
        keeps_customers=bool(lists_of(packs, person)),
        publishes=any(form.publishes for pack in packs for form in pack.forms.values()),
    )


@router.get("/cases/new", name="new_case")
async def new_case(page: CurrentPage, person: CurrentPerson, procedure: str = "") -> Response:
    """One screen to take a case down, with the principles of reception beside it."""
    running = here.get()
    packs = [pack for pack in running.procedures.current(running.now()) if may_write_down(person, pack)]
    pack = next((pack for pack in packs if pack.id == procedure), packs[0] if packs else None)
    if pack is None:
        raise NotFound(_("There is no procedure in force under which you could register a case. Ask the operator."))
    registers = {kind.register_: pack.intake.registers[kind.register_] for kind in pack.intake.kinds.values()}
    return page.show(
        "new_case",
        desk_css=STATICS.url("desk.css"),
        pack=pack,
        packs=[(one.id, words(one.title)) for one in packs],
        kinds=[(name, words(kind.title)) for name, kind in pack.intake.kinds.items()],
        channels=[(name, words(channel.title)) for name, channel in channels_of(person, pack)],
        passes_on=not may_register(person, pack),
        desk=words(pack.title_of(pack.head.desk)),
        places=places_of(person, pack),
        required={name for register in registers.values() for name in register.required},
        fields=[as_field(name, about) for register in registers.values() for name, about in register.fields.items()],
        facets=facets_at_once(pack, person),
        asks_why=asks_why(pack),
        necessary=may_be_necessary(pack),
        spot=done_at_once(pack),
        knows=bool(pack.intake.said.customers),
        guidance=[(rule.name, rule.entry.text.model_dump(), rule.clauses) for rule in pack.guidance.at("register", {})],
    )


@router.post("/cases", name="register_case")
async def register_case(request: Request, page: CurrentPage, person: CurrentPerson) -> Response:
    """The case is taken down and shown with its number."""
    entered = await request.form()
    try:
        pack = here.get().procedures.in_force(str(entered.get("procedure", "")), here.get().now())
        form = CaseForm.model_validate(_as_case(entered, pack))
    except ValidationError as wrong:
        raise as_invalid(wrong, entered) from None
    brought = await brought_in(form, person, entered)
    case: Case = await do(actions.register_case, brought, by=person, key=here.get().new_id(), new=True)
    return page.go_to("case", number=case.number, said=_("Registered. The number is {number}.", number=case.number))


@router.get("/cases/{number}", name="case")
async def case(number: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """A case: what it is about, how it is rated, where it stands, what happened."""
    found = await queries.case_of(read, person, number)
    pack = pack_of(found)
    marks = await queries.marks_of(read, found)
    waiting = views.open_facets(found, pack)
    return page.show(
        "case",
        case=found,
        stands=(words(label(found.status)), TONES[found.status]),
        kind=words(pack.intake.kinds[found.kind].title),
        channel=words(pack.intake.channels[found.channel].title),
        place=place_name(found.place),
        department=words(pack.title_of(found.department)) if found.department else "",
        procedure=words(pack.title),
        fields=told_of(found, pack),
        facets=facets_of(found, pack, person, waiting),
        history=await queries.assessments_of(read, found),
        rated=lambda facets: rated_so(pack, facets),
        marks=[(name_of_mark(name), is_set) for name, is_set in standing(marks, found.round).items()],
        happened=await timeline(read, found, marks, pack),
        is_closed=is_closed(found),
        may_close=may_close(person, pack),
        waiting=waiting,
        talks=pack.intake.conversation is not None or tells_customers(pack),
        records=[
            (_("Records of handling"), f"/dispatch/records?key={found.id}"),
            (_("Records of callbacks"), f"/callback/records?key={found.id}"),
        ],
        may_take_over=found.waits_for_the_desk and may_use(person, pack, desk_that_takes_over(found, pack)),
    )


@router.post("/cases/{number}/assessment", name="assess")
async def assess(request: Request, number: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """A person rates the case; what was left empty stays open."""
    found = await queries.case_of(read, person, number)
    entered = await request.form()
    facets = {
        name.removeprefix("facets."): str(value)
        for name, value in entered.items()
        if name.startswith("facets.") and value
    }
    try:
        form = AssessmentForm.model_validate({"facets": facets, "reason": str(entered.get("reason", ""))})
    except ValidationError as wrong:
        raise as_invalid(wrong, entered) from None
    check_assessment(form, pack_of(found), found.facets, found.assessed_at is not None, entered)
    await do(actions.assess_case, form, by=person, key=found.id)
    return page.go_to("case", number=found.number, said=_("The assessment is on record."))


@router.post("/cases/{number}/taking-over", name="take_over")
async def take_over(number: str, page: CurrentPage, person: CurrentPerson, read: Reading) -> Response:
    """The desk takes over what another department wrote down."""
    found = await queries.case_of(read, person, number)
    await do(actions.take_over, by=person, key=found.id)
    return page.go_to("case", number=found.number, said=_("The case is yours now."))


@router.post("/cases/{number}/closing", name="close")
async def close(
    number: str, form: Annotated[ReasonForm, Form()], page: CurrentPage, person: CurrentPerson, read: Reading
) -> Response:
    """A person closes the case for a reason of its own."""
    found = await queries.case_of(read, person, number)
    await do(actions.close_case, found.id, form, by=person, key=found.id)
    return page.go_to("case", number=found.number, said=_("The case is closed."))


@router.post("/cases/{number}/reopening", name="reopen")
async def reopen(
    number: str, form: Annotated[ReasonForm, Form()], page: CurrentPage, person: CurrentPerson, read: Reading
) -> Response:
    """A person opens a closed case again."""
    found = await queries.case_of(read, person, number)
    await do(actions.reopen_case, form, by=person, key=found.id)
    return page.go_to("case", number=found.number, said=_("The case is open again."))


def _as_case(entered: FormData, pack: Pack | None) -> dict[str, Any]:
    """The fields of the page as the form has them: dots become parts, what was left empty is left out."""
    case: dict[str, Any] = {"customer": {}, "fields": {}, "facets": {}, "guidance": entered.getlist("guidance")}
    for name, value in entered.items():
        part, _dot, field = name.partition(".")
        if not isinstance(value, str) or not value.strip() or name == "guidance":
            continue
        if part in ("customer", "fields", "facets") and field:
            case[part][field] = value
        elif name in CaseForm.model_fields:
            case[name] = _with_zone(value) if name == "received_at" else value
    return {**case, "necessary": as_necessary(entered), "on_the_spot": as_done_at_once(entered, pack)}


def _with_zone(written: str) -> str:
    """What a browser says of a moment has no zone: it is meant in the organisation's own."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return (moment if moment.tzinfo else moment.replace(tzinfo=HOME_ZONE)).isoformat()
