"""Pages of the desk: the register, a new case, a case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.vocabulary import CaseStatus, Text, label
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
from closeloop.intake.forms import AssessmentForm, CaseForm, ReasonForm
from closeloop.intake.handing_over import desk_that_takes_over
from closeloop.intake.loop import is_closed
from closeloop.intake.model import Case, facts_of, standing
from closeloop.intake.printing import this_month
from closeloop.intake.rights import channels_of, may_close, may_rate, may_register, may_use, may_write_down
from closeloop.intake.timeline import name_of_mark, rated_words, timeline

router = APIRouter(prefix="/intake", include_in_schema=False)
STATICS = Statics(Path(__file__).parent / "static", "/intake/static")
Words = dict[str, str]
Options = list[tuple[str, Any]]
TONES = {
    CaseStatus.REGISTERED: "waiting",
    CaseStatus.HANDLING: "info",
    CaseStatus.HANDLED: "neutral",
    CaseStatus.CLOSED: "good",
}
IN_THE_LIST = 46
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
        cases=[_row(case, kinds) for case in found.items],
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
        fields=[_field(name, about) for register in registers.values() for name, about in register.fields.items()],
        facets=facets_at_once(pack, person),
        asks_why=asks_why(pack),
        necessary=may_be_necessary(pack),
        spot=done_at_once(pack),
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
        fields=_told(found, pack),
        facets=_facets(found, pack, person, waiting),
        history=await queries.assessments_of(read, found),
        rated=lambda facets: _rated(pack, facets),
        marks=[(name_of_mark(name), is_set) for name, is_set in standing(marks, found.round).items()],
        happened=await timeline(read, found, marks, pack),
        is_closed=is_closed(found),
        may_close=may_close(person, pack),
        waiting=waiting,
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


# -- what templates read ----------------------------------------------------------------------------------------


def words(text: Text) -> Words:
    """A text of a pack as templates say it."""
    return {"zh": text.zh, "en": text.en}


def places_of(person: Person, pack: Pack | None = None) -> Options:
    """The places where this person works."""
    kinds = pack.head.places if pack else None
    return [
        (place.id, {"zh": place.name.zh, "en": place.name.en})
        for place in here.get().people.organisation.places
        if person.at(place.id) and (not kinds or place.kind in kinds)
    ]


def place_name(name: str | None) -> Words | str:
    """What people call a place."""
    place = here.get().people.organisation.place(name) if name else None
    return {"zh": place.name.zh, "en": place.name.en} if place else name or ""


def _row(case: Case, kinds: Mapping[str, Words]) -> dict[str, Any]:
    return {
        "number": case.number,
        "kind": kinds.get(case.kind, case.kind),
        "what": views.shortened(case.content, IN_THE_LIST),
        "place": place_name(case.place),
        "who": case.name or "",
        "anonymous": case.anonymous,
        "registered_at": case.registered_at,
        "status": words(label(case.status)),
        "tone": TONES[case.status],
        "round": case.round,
    }


def _field(name: str, about: FormField) -> dict[str, Any]:
    return {
        "name": f"fields.{name}",
        "label": words(about.title),
        "type": about.type,
        "hint": words(about.help) if about.help else "",
        "required": about.required,
        "unit": about.unit or "",
        "options": [(value, words(choice.title)) for value, choice in about.choices.items()],
    }


def _told(case: Case, pack: Pack) -> Iterable[tuple[Any, Any]]:
    register = pack.intake.registers[case.register_name]
    said: dict[Any, Any] = {True: _("Yes"), False: _("No")}
    for name, value in {**case.told, **case.facts}.items():
        about = register.fields.get(name)
        choice = about.choices.get(value) if about and isinstance(value, str) else None
        shown = words(choice.title) if choice else said[value] if isinstance(value, bool) else value
        yield (words(about.title) if about else name), shown


def _facets(case: Case, pack: Pack, person: Person, waiting: list[str]) -> list[dict[str, Any]]:
    facts = {**facts_of(case, pack), **case.facets}
    return [
        {
            "name": f"facets.{rule.name}",
            "label": words(rule.entry.title),
            "options": [(value, words(about.title)) for value, about in rule.entry.values.items()],
            "value": case.facets.get(rule.name, ""),
            "shown": next(
                (words(v.title) for name, v in rule.entry.values.items() if name == case.facets.get(rule.name)), ""
            ),
            "is_open": rule.name in waiting,
            "may_rate": may_rate(person, pack, rule.entry) and (rule.entry.may_change or rule.name not in case.facets),
        }
        for rule in pack.intake.facets
        if rule.name in case.facets or rule.applies(facts) is not False
    ]


def _rated(pack: Pack, facets: Mapping[str, str]) -> Words:
    return {"zh": "，".join(rated_words(pack, facets, "zh")), "en": ", ".join(rated_words(pack, facets, "en"))}


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
