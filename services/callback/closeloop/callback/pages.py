"""The pages of whoever asks the customers: the call list, and one callback."""

from __future__ import annotations

import base64
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, UploadFile
from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field
from starlette.responses import Response

from closeloop.callback import actions, queries
from closeloop.callback.actions import AttemptForm, Proof, SignatureForm, WaiverForm
from closeloop.callback.api import parts_of
from closeloop.callback.model import Attempt, Callback, Evidence, is_on_the_desk, may_waive
from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.contracts.personal import Attachment
from closeloop.contracts.vocabulary import (
    CallbackForm,
    CallbackOutcome,
    CallbackState,
    Outcome,
    SignatureMeans,
    label,
)

router = APIRouter(include_in_schema=False)
Show = Literal["mine", "due", "overdue", "done", "waived", "all"]
LARGEST_SCAN = 1_400_000
SCANS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}


def _at_home(value: Any) -> Any:
    """A moment from a page has no zone: it is the time of the place."""
    if value in ("", None):
        return None
    if isinstance(value, str):
        try:
            read = datetime.fromisoformat(value)
        except ValueError:
            return value
        return read if read.tzinfo else read.replace(tzinfo=HOME_ZONE)
    return value


def _or_none(value: Any) -> Any:
    return None if value == "" else value


PageMoment = Annotated[AwareDatetime | None, BeforeValidator(_at_home)]


class AttemptPageForm(BaseModel):
    """An attempt as the page sends it: the fields of every form of callback beside each other."""

    form: CallbackForm
    outcome: CallbackOutcome
    note: str = Field(default="", max_length=10_000)
    means: Annotated[SignatureMeans | None, BeforeValidator(_or_none)] = None
    signer: str = Field(default="", max_length=100)
    witness: str = Field(default="", max_length=100)
    attempted_at: PageMoment = None
    answer_by: PageMoment = None

    def as_form(self) -> AttemptForm:
        """The same without what the chosen form of callback does not know."""
        signature = None
        if self.means is not None and self.form == CallbackForm.VISIT:
            signature = SignatureForm(means=self.means, signer=self.signer or None, witness=self.witness or None)
        return AttemptForm(
            form=self.form,
            outcome=self.outcome,
            note=self.note or None,
            signature=signature,
            attempted_at=self.attempted_at,
            answer_by=self.answer_by,
        )


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
        desk_of=_desk_title,
        label=_named,
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
        named_outcome=_work_outcome,
        history=_history(every, tried, pack),
        attempts=attempts,
        state=state_of(found, running.now()),
        is_open=is_open,
        forms=[(rule.name, rule.entry.title.model_dump()) for rule in forms],
        chosen=chosen,
        signs=any(rule.name == chosen and rule.entry.signature != "none" for rule in forms),
        outcomes=[(str(o), label(o).model_dump()) for o in CallbackOutcome],
        means=[
            (str(m), label(m).model_dump())
            for m in (SignatureMeans.PAPER, SignatureMeans.TYPED, SignatureMeans.REFUSED)
        ],
        grants=grants if is_open else [],
        waiver=_waiver_title(found, pack),
        now=running.now().astimezone(HOME_ZONE).strftime("%Y-%m-%dT%H:%M"),
        label=_named,
    )


@router.post("/callback/callbacks/{identity}/attempts", name="record_attempt")
async def record_attempt(
    identity: str, form: Annotated[AttemptPageForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """What came of asking is written down; the list of what remains comes next."""
    case, number = parts_of(identity)
    found, attempt = await do(actions.record_attempt, number, form.as_form(), by=person, key=case)
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
    person: CurrentPerson,
    page: CurrentPage,
    reason: Annotated[str, Form(min_length=1, max_length=60)],
    note: Annotated[str, Form(max_length=10_000)] = "",
    scan: UploadFile | None = None,
) -> Response:
    """Nobody asks this customer; the reason and its evidence stay with the case."""
    case, number = parts_of(identity)
    proof = await _scanned(scan, identity)
    attachment = Attachment(hash=proof.hash, size=proof.size, type=proof.type) if proof else None
    form = WaiverForm(reason=reason, evidence=Proof(note=note.strip() or None, attachment=attachment))
    found = await do(actions.waive, number, form, proof, by=person, key=case)
    return page.go_to("calls", said=_("The callback of {number} is waived.", number=found.case_number))


@router.get("/callback/callbacks/{identity}/evidence", name="evidence")
async def evidence(identity: str, read: Reading, person: CurrentPerson) -> Response:
    """The scan that came with a waiver."""
    found, _case, _attempts = await queries.callback(read, person, identity)
    kept = await queries.scan(read, found)
    if kept is None:
        raise NotFound()
    headers = {
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-store",
        "content-disposition": "inline",
    }
    return Response(base64.b64decode(kept.content), media_type=kept.type, headers=headers)


def state_of(callback: Callback, now: datetime) -> tuple[Any, str]:
    """How a callback stands, in words and tone."""
    if callback.state == CallbackState.PLANNED:
        if callback.held:
            return _("Being handled again"), "neutral"
        if callback.due_at < now:
            return _("Overdue"), "bad"
        return (_("To be called again"), "waiting") if callback.tries else (_("To be called"), "info")
    if callback.outcome:
        tones = {CallbackOutcome.SATISFIED: "good", CallbackOutcome.DISSATISFIED: "bad"}
        return label(callback.outcome).model_dump(), tones.get(callback.outcome, "neutral")
    return label(callback.state).model_dump(), "neutral"


def _named(word: Any) -> dict[str, str]:
    return label(word).model_dump()


def _work_outcome(word: str) -> dict[str, str]:
    return label(Outcome(word)).model_dump()


def _desk_title(callback: Callback) -> Any:
    for pack in here.get().procedures.current(here.get().now()):
        if callback.desk in pack.head.departments or callback.desk in pack.head.roles:
            return pack.title_of(callback.desk).model_dump()
    return callback.desk


def _waiver_title(callback: Callback, pack: Pack) -> Any:
    if callback.waived_for == "not_in_sample":
        return _("Outside the sample")
    exemption = pack.callback.said.exemptions.get(callback.waived_for or "")
    return exemption.title.model_dump() if exemption else None


def _history(callbacks: list[Callback], attempts: list[Attempt], pack: Pack) -> list[dict[str, Any]]:
    """Everything that happened in callback for this case, in order of time."""
    tones = {CallbackOutcome.SATISFIED: "good", CallbackOutcome.DISSATISFIED: "bad"}
    rounds = {one.id: one.round for one in callbacks}
    entries: list[dict[str, Any]] = [
        {"at": one.planned_at, "what": _("Round {n}: callback planned", n=one.round)} for one in callbacks
    ]
    entries += [
        {
            "at": one.attempted_at,
            "what": _(
                "Round {n}: {form}, {outcome}",
                n=rounds.get(one.callback_id, 1),
                form=_named(one.form),
                outcome=_named(one.outcome),
            ),
            "note": one.note or "",
            "by": one.caller,
            "tone": tones.get(one.outcome, "waiting"),
        }
        for one in attempts
    ]
    entries += [
        {"at": one.ended_at, "what": _("Round {n}: waived", n=one.round), "note": one.waiver_note or ""}
        for one in callbacks
        if one.state == CallbackState.WAIVED and one.ended_at
    ]
    return sorted(entries, key=lambda entry: entry["at"])


async def _scanned(scan: UploadFile | None, identity: str) -> Evidence | None:
    if scan is None or not (content := await scan.read(LARGEST_SCAN + 1)):
        return None
    if len(content) > LARGEST_SCAN:
        raise Refused(_("The scan is larger than 1.4 MB; scan it in grey or with fewer dots."))
    kind = next((kind for magic, kind in SCANS.items() if content.startswith(magic)), None)
    if kind is None:
        raise Refused(_("The evidence must be a PDF, JPEG or PNG file."))
    return Evidence(identity, sha256(content).hexdigest(), kind, len(content), base64.b64encode(content).decode())
