"""Pages of dispatch: my tasks, duties, and one duty on its form."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage, Page, Statics
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.vocabulary import DutyState, Outcome, SignatureMeans, label
from closeloop.dispatch import actions, putting_right, queries
from closeloop.dispatch.api import Number
from closeloop.dispatch.forms import AssignForm, ExtendForm, RejectForm, ResultForm, ReturnForm, SignForm, StepForm
from closeloop.dispatch.model import STEP_WORDS
from closeloop.dispatch.queries import Wanted
from closeloop.dispatch.sheets import TONES, Sheet, history_of, parts_of, sheet_of, way_of
from closeloop.dispatch.showing import WhoAsks, pack_of

router = APIRouter(prefix="/dispatch", include_in_schema=False)
STATICS = Statics(Path(__file__).parent / "static", "/dispatch/static")
ONE_DUTY = "/cases/{case}/duties/{number}"
SOON = timedelta(hours=2)
STATES = [("open", _("Not returned yet")), *((str(state), label(state).model_dump()) for state in DutyState)]


class ReturnedForm(ReturnForm):
    """The same as for programs, but what is not ticked is not there."""

    with_original: bool = False


@router.get("", name="desk")
async def desk(page: CurrentPage, read: Reading, who: WhoAsks, cursor: str | None = None) -> Response:
    """What this person is asked to do, by any service, sorted by its limit."""
    tasks = await queries.on_the_desk_of(read, who.person, who.desks, cursor)
    counts = await queries.counts_of(read, who.person, who.desks, who.now, who.now + SOON)
    cases = await queries.cases_of(read, who.person, [task.key for task in tasks.items])
    return page.show("desk", tasks=tasks, cases=cases, counts=counts, now=who.now, soon=who.now + SOON, **_dressed())


@router.get("/duties", name="duties")
async def duties(
    page: CurrentPage,
    read: Reading,
    who: WhoAsks,
    status: Annotated[str, Query(max_length=20)] = "open",
    desk: str = "",
    case: str = "",
    cursor: str | None = None,
) -> Response:
    """Duties, with filters that stand in the address."""
    status = status if status in dict(STATES) else ""
    wanted = Wanted(case=case.strip() or None, desk=desk or None, status=status or None)
    found = await queries.duties(read, who.person, who.desks, wanted, cursor, None)
    desks = queries.desks_in(who.packs)
    return page.show(
        "duties",
        duties=found,
        states=STATES,
        desks=desks,
        wanted=wanted,
        now=who.now,
        tones=TONES,
        label=label,
        name_of=_name_of,
        **_dressed(),
    )


@router.get(ONE_DUTY, name="duty")
async def duty(case: str, number: Number, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """One duty under the original title and number of its form, with the step that comes next."""
    found = await queries.duty(read, who.person, who.desks, case, number)
    known = await queries.case_of(read, case)
    if found is None or known is None:
        raise NotFound()
    pack = pack_of(found)
    sheet = sheet_of(found, known, pack, await queries.limits_of(read, found), who.person, who.desks)
    worker_role = sheet.rule.steps["assign"].to_role if "assign" in sheet.rule.steps else None
    return page.show(
        "duty",
        duty=found,
        case=known,
        sheet=sheet,
        parts=parts_of(sheet),
        way=way_of(sheet),
        history=history_of(sheet, _name_of),
        workers_choices=[
            (person.id, person.name) for person in queries.workers_for(here.get().people, worker_role, found)
        ],
        trades=_trades(sheet),
        limit_choices=[(one.name, pack.dispatch.limits[one.name].title.model_dump()) for one in sheet.extensible],
        means=label(SignatureMeans(found.signature["means"])).model_dump() if found.signature else "",
        outcomes=[(str(outcome), label(outcome).model_dump()) for outcome in Outcome],
        step_words=STEP_WORDS,
        tones=TONES,
        label=label,
        now=who.now,
        name_of=_name_of,
        **_dressed(),
    )


@router.post(f"{ONE_DUTY}/accept", name="accept_duty")
async def accept_duty(
    case: str, number: Number, form: Annotated[StepForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """The desk takes the duty on."""
    return await _done(page, who, case, actions.accept_duty, number, form)


@router.post(f"{ONE_DUTY}/assign", name="assign_duty")
async def assign_duty(
    case: str, number: Number, form: Annotated[AssignForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """The duty is given to a person."""
    return await _done(page, who, case, actions.assign_duty, number, form, here.get().people.maybe(form.to))


@router.post(f"{ONE_DUTY}/arrive", name="arrive_at_duty")
async def arrive_at_duty(
    case: str, number: Number, form: Annotated[StepForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """The person is on site."""
    return await _done(page, who, case, actions.arrive_at_duty, number, form)


@router.post(f"{ONE_DUTY}/finish", name="finish_duty")
async def finish_duty(
    case: str, number: Number, form: Annotated[ResultForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """The work is done."""
    return await _done(page, who, case, actions.finish_duty, number, form)


@router.post(f"{ONE_DUTY}/sign", name="sign_duty")
async def sign_duty(
    case: str, number: Number, form: Annotated[SignForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """The customer signs."""
    return await _done(page, who, case, actions.sign_duty, number, form)


@router.post(f"{ONE_DUTY}/return", name="return_duty")
async def return_duty(
    case: str, number: Number, form: Annotated[ReturnedForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """The completed original goes back to the desk."""
    return await _done(page, who, case, actions.return_duty, number, form)


@router.post(f"{ONE_DUTY}/reject", name="reject_duty")
async def reject_duty(
    case: str, number: Number, form: Annotated[RejectForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """The work goes back."""
    return await _done(page, who, case, putting_right.reject_duty, number, form)


@router.post(f"{ONE_DUTY}/extend", name="extend_limit_of_duty")
async def extend_limit_of_duty(
    case: str, number: Number, form: Annotated[ExtendForm, Form()], page: CurrentPage, who: WhoAsks
) -> Response:
    """A limit is put off."""
    return await _done(page, who, case, putting_right.extend_limit_of_duty, number, form)


async def _done(page: Page, who: WhoAsks, case: str, action: Any, number: int, *said: Any) -> Response:
    """The action, done by this person with their desks; then the same duty again, as it stands now."""
    changed = await do(action, number, *said, who.desks, by=who.person, key=case)
    words = _("Saved. This duty stands at “{state}”.", state=label(changed.state).model_dump())
    return page.go_to("duty", case=case, number=number, said=words)


def _trades(sheet: Sheet) -> list[tuple[str, dict[str, str]]]:
    """The trades among which the one that fits is chosen."""
    step = sheet.rule.steps.get("assign")
    return [(trade, title.model_dump()) for trade, title in step.trades.items()] if step else []


def _name_of(login: str) -> str:
    """What people call whoever has this login."""
    person = here.get().people.maybe(login)
    return person.name if person else login


def _dressed() -> dict[str, Any]:
    """The files that the pages of dispatch bring along."""
    return {"sheet_css": STATICS.url("sheet.css"), "signature_js": STATICS.url("signature.js")}
