"""The pages of whoever asks the customers: the call list, and one callback."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from closeloop.callback.asking import actions, queries
from closeloop.callback.asking.api import parts_of
from closeloop.callback.asking.entered import ArrangePageForm, AttemptPageForm
from closeloop.callback.asking.forms import Proof, WaiverForm
from closeloop.callback.asking.model import may_waive
from closeloop.callback.asking.outcomes import decides_itself, fields_on_page, outcomes_offered, record_of
from closeloop.callback.asking.words import desk_title, history, named, state_of, waiver_title, work_outcome
from closeloop.callback.attaching import belonging_of
from closeloop.callback.model import Callback, is_on_the_desk
from closeloop.callback.planning.callers import name_of, who_may_call
from closeloop.chassis.acting import do, here
from closeloop.chassis.attachments.taking_in import take_in
from closeloop.chassis.coverage import NOT_IN_THE_SAMPLE
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import Reading
from closeloop.chassis.records.inputs import from_page
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.vocabulary import CallbackState, SignatureMeans, label

router = APIRouter(include_in_schema=False)
Show = Literal["mine", "due", "overdue", "draw", "done", "waived", "all"]


@router.get("/callback", name="calls")
async def calls(
    read: Reading, person: CurrentPerson, page: CurrentPage, show: Show = "mine", q: str = "", cursor: str = ""
) -> Response:
    """The call list, the most urgent first; the address says which part of it."""
    running = here.get()
    now = running.now()
    desks = queries.desks_of(person, running.procedures.current(now))
    wanted: dict[Show, dict[str, Any]] = {
        "mine": {"status": CallbackState.PLANNED, "desks": desks},
        "due": {"status": CallbackState.PLANNED},
        "overdue": {"overdue_at": now},
        "draw": {"awaits": True},
        "done": {"status": CallbackState.DONE},
        "waived": {"status": CallbackState.WAIVED},
        "all": {},
    }
    found = await queries.callbacks(read, person, case=q.strip() or None, cursor=cursor or None, **wanted[show])
    counts = await queries.how_many(read, person, now=now, desks=desks)
    return page.show(
        "calls",
        callbacks=found.items,
        next=found.next,
        counts=counts,
        show=show,
        q=q,
        cursor=cursor,
        now=now,
        state_of=lambda one: state_of(one, now),
        desk_of=desk_title,
        name_of=name_of,
        label=named,
    )


@router.get("/callback/callbacks/{identity}", name="callback")
async def callback(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage, form: str = "") -> Response:
    """One customer: what was asked for and done, every attempt so far, and the form for the next one."""
    found, case, attempts = await queries.callback(read, person, identity)
    every, tried = await queries.of_the_case(read, person, case.id)
    running, header = here.get(), case.known
    pack = running.procedures.pack(header.procedure, header.procedure_version)
    is_open = found.state == CallbackState.PLANNED and not found.held and is_on_the_desk(person, found.desk, pack)
    grants = [
        (name, e.title.model_dump()) for name, e in pack.callback.said.exemptions.items() if may_waive(person, e, pack)
    ]
    forms = pack.callback.forms_for(pack.facts_of(header, case.facts))
    chosen = form if form in {rule.name for rule in forms} else str(found.form)
    place = running.people.organisation.place(header.place or "")
    return page.show(
        "callback",
        callback=found,
        case=case,
        customer=case.whose,
        kind=pack.intake.kinds[header.kind].title.model_dump() if header.kind in pack.intake.kinds else header.kind,
        place=place.name.model_dump() if place else header.place,
        desk=pack.title_of(found.desk).model_dump(),
        done=[one for one in case.done if one["round"] == found.round],
        named_outcome=work_outcome,
        history=history(every, tried, pack),
        attempts=attempts,
        state=state_of(found, running.now()),
        is_open=is_open,
        forms=[(rule.name, rule.entry.title.model_dump()) for rule in forms],
        chosen=chosen,
        signs=any(rule.name == chosen and rule.entry.signature != "none" for rule in forms),
        outcomes=[(str(o), label(o).model_dump()) for o in outcomes_offered(found, pack)],
        by_the_form=decides_itself(found, pack),
        fields=fields_on_page(found, pack),
        arranges=arranging_desk(found, pack),
        every_form=[(rule.name, rule.entry.title.model_dump()) for rule in forms],
        named_caller=name_of(found.caller),
        callers=who_may_call(found.desk, found.place, pack, person)
        if found.is_open and _arranges(person, found, pack)
        else [],
        records=await queries.records_of(read, found),
        guidance=pack.guidance.at("call_back", pack.facts_of(header, case.facts)) if is_open else (),
        title_of_form=lambda record: pack.forms[record.form].title.model_dump(),
        promises=pack.callback.said.appointments is not None,
        left_out=found.waived_for == NOT_IN_THE_SAMPLE and is_on_the_desk(person, found.desk, pack),
        means=[
            (str(m), label(m).model_dump())
            for m in (SignatureMeans.PAPER, SignatureMeans.TYPED, SignatureMeans.REFUSED)
        ],
        grants=grants if is_open else [],
        waiver=waiver_title(found, pack),
        now=running.now().astimezone(HOME_ZONE).strftime("%Y-%m-%dT%H:%M"),
        label=named,
    )


@router.post("/callback/callbacks/{identity}/attempts", name="record_attempt")
async def record_attempt(
    identity: str,
    form: Annotated[AttemptPageForm, Form()],
    request: Request,
    read: Reading,
    person: CurrentPerson,
    page: CurrentPage,
) -> Response:
    """What came of asking is written down; the list of what remains comes next."""
    case, number = parts_of(identity)
    one, known, _attempts = await queries.callback(read, person, identity)
    pack = here.get().procedures.pack(known.known.procedure, known.known.procedure_version)
    record = record_of(one, pack)
    said = from_page(pack.forms[record.form], await request.form()) if record else {}
    found, attempt = await do(actions.record_attempt, number, form.as_form(said), by=person, key=case)
    if found.state == CallbackState.PLANNED:
        return page.go_to(
            "callback",
            identity=identity,
            said=_("Attempt {n} is on record; the callback stays open.", n=attempt.number),
        )
    return page.go_to("calls", said=_("The callback of {number} is on record.", number=found.case_number))


@router.post("/callback/callbacks/{identity}/waiver", name="waive")
async def waive(
    identity: str,
    read: Reading,
    person: CurrentPerson,
    page: CurrentPage,
    reason: Annotated[str, Form(min_length=1, max_length=60)],
    note: Annotated[str, Form(max_length=10_000)] = "",
    scan: UploadFile | None = None,
) -> Response:
    """Nobody asks this customer; the reason and its evidence stay with the case."""
    case, number = parts_of(identity)
    attachment = None
    if scan is not None and (content := await scan.read()):
        callback, known, _attempts = await queries.callback(read, person, identity)
        taken = await take_in(content, scan.filename or "", belonging_of(known), callback.of, person)
        attachment = taken.told
    form = WaiverForm(reason=reason, evidence=Proof(note=note.strip() or None, attachment=attachment))
    found = await do(actions.waive, number, form, by=person, key=case)
    return page.go_to("calls", said=_("The callback of {number} is waived.", number=found.case_number))


@router.post("/callback/callbacks/{identity}/caller", name="arrange_caller")
async def arrange_caller(
    identity: str, form: Annotated[ArrangePageForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """Somebody is to ask this customer."""
    case, number = parts_of(identity)
    await do(actions.arrange_caller, number, form.as_form(), here.get().people.maybe(form.caller), by=person, key=case)
    return page.go_to("callback", identity=identity, said=_("{name} asks this customer.", name=name_of(form.caller)))


@router.post("/callback/callbacks/{identity}/all-the-same", name="ask_all_the_same")
async def ask_all_the_same(identity: str, person: CurrentPerson, page: CurrentPage) -> Response:
    """Whoever was left out by the draw is asked all the same."""
    case, number = parts_of(identity)
    await do(actions.ask_all_the_same, number, by=person, key=case)
    return page.go_to("callback", identity=identity)


@router.get("/callback/callbacks/{identity}/evidence", name="evidence")
async def evidence(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """The scan that came with a waiver."""
    found, _case, _attempts = await queries.callback(read, person, identity)
    hash = (found.evidence or {}).get("hash")
    if hash is None:
        raise NotFound()
    return page.go_to("attachment", hash=hash)


def _arranges(person: Person, callback: Callback, pack: Pack) -> bool:
    """Whoever answers for the desk says who asks, or whoever the procedure names."""
    if callback.arranged_by is not None:
        return person.may(callback.arranged_by) or person.department == callback.arranged_by
    return person.may(pack.superior_of(callback.desk) or callback.desk)


def arranging_desk(callback: Callback, pack: Pack) -> Any:
    """Who has to say first who asks; none if nobody has to any more."""
    arranges = callback.arranged_by
    return pack.title_of(arranges).model_dump() if arranges and callback.waits_to_be_arranged else None
