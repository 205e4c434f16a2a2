"""Pages of dispatch: my tasks, duties, and one duty on its form."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage, Statics
from closeloop.chassis.reading import Reading
from closeloop.chassis.records.asking import last_of
from closeloop.chassis.records.pdf import pdf_page
from closeloop.chassis.records.printed import Printed, as_printed, printed_form
from closeloop.chassis.records.sheet import printed_page
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.signing.showing import names_under
from closeloop.contracts.vocabulary import DutyState, Outcome, SignatureMeans, label
from closeloop.dispatch import queries
from closeloop.dispatch.api import Number
from closeloop.dispatch.corrective.matter import STATE_WORDS, rules_for
from closeloop.dispatch.corrective.showing import actions_of
from closeloop.dispatch.deciding.actions import may_issue
from closeloop.dispatch.deciding.model import Question
from closeloop.dispatch.model import Duty
from closeloop.dispatch.payouts.showing import box_of
from closeloop.dispatch.queries import Wanted
from closeloop.dispatch.sheets.attaching import with_files
from closeloop.dispatch.sheets.sheet import TONES, Sheet, history_of, parts_of, sheet_of, way_of
from closeloop.dispatch.sheets.showing import WhoAsks, pack_of
from closeloop.dispatch.steps.doings import DOINGS, Doing
from closeloop.dispatch.steps.forms import ReturnForm
from closeloop.dispatch.steps.raising import level_above, may_hand_up

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
    return page.show("desk", tasks=tasks, cases=cases, counts=counts, now=who.now, soon=who.now + SOON, **dressed())


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
        **dressed(),
    )


@router.get(f"{ONE_DUTY}/form.pdf", name="duty_pdf")
async def duty_pdf(case: str, number: Number, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """The form of a duty as PDF."""
    return await pdf_page(page, await _on_paper(read, who, case, number))


@router.get(f"{ONE_DUTY}/form", name="duty_form")
async def duty_form(case: str, number: Number, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """The form of a duty as it is printed."""
    printed = await _on_paper(read, who, case, number)
    pdf, back = (page.url(name, case=case, number=number) for name in ("duty_pdf", "duty"))
    return await printed_page(page, printed.at(pdf=pdf, back=back))


@router.get(ONE_DUTY, name="duty")
async def duty(case: str, number: Number, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """One duty under the original title and number of its form, with the step that comes next."""
    found = await queries.duty(read, who.person, who.desks, case, number)
    known = await queries.case_of(read, case)
    if found is None or known is None:
        raise NotFound()
    pack = rules_for(pack_of(found), known)
    together = await queries.duties_of_case(read, case)
    sheet = sheet_of(together, found, known, pack, await queries.limits_of(read, found), who.person, who.desks)
    worker_role = sheet.rule.steps["assign"].to_role if "assign" in sheet.rule.steps else None
    return page.show(
        "duty",
        duty=found,
        case=known,
        sheet=sheet,
        above=_level_above(sheet, who),
        parts=parts_of(sheet),
        way=way_of(sheet),
        history=history_of(sheet, _name_of),
        names=await names_under(read, who.person, key=case, of=found.of),
        actions=await actions_of(read, who.person, known),
        action_words=STATE_WORDS,
        workers_choices=[
            (person.id, person.name) for person in queries.workers_for(here.get().people, worker_role, found)
        ],
        trades=_trades(sheet),
        questions=[one for one in await queries.questions(read, who.person, case) if _waits(one, found, known.round)],
        further=_further(sheet, who),
        limit_choices=[(one.name, pack.dispatch.limits[one.name].title.model_dump()) for one in sheet.extensible],
        means=label(SignatureMeans(found.signature["means"])).model_dump() if found.signature else "",
        outcomes=[(str(outcome), label(outcome).model_dump()) for outcome in Outcome],
        tones=TONES,
        label=label,
        now=who.now,
        name_of=_name_of,
        **await box_of(read, who, pack, known, found),
        **dressed(),
    )


async def _on_paper(read: Reading, who: WhoAsks, case: str, number: int) -> Printed:
    """The sealed record where there is one; until then the form as far as it is filled in."""
    found = await queries.duty(read, who.person, who.desks, case, number)
    if found is None:
        raise NotFound()
    pack = pack_of(found)
    record = await last_of(read, case, found.of) if found.record_id else None
    if record is not None:
        return as_printed(record, pack)
    return printed_form(
        pack, found.form, found.record, about=found.case_number, remarks=[_("In work, not signed or returned yet.")]
    )


def _offer(word: str, doing: Doing) -> None:
    """The form of a step: the action, done by this person with their desks; then the duty as it stands now."""

    async def take(case: str, number: Number, page: CurrentPage, read: Reading, who: WhoAsks, form: Any) -> Response:
        form = await with_files(form, read, who, case, number)
        changed = await do(doing.action, number, *doing.said(form), who.desks, by=who.person, key=case)
        words = _("Saved. This duty stands at “{state}”.", state=label(changed.state).model_dump())
        return page.go_to("duty", case=case, number=number, said=words)

    filled = ReturnedForm if doing.form is ReturnForm else doing.form
    take.__doc__, take.__annotations__["form"] = doing.about, Annotated[filled, Form()]
    router.add_api_route(f"{ONE_DUTY}/{word}", take, methods=["POST"], name=f"{word}_duty")


for _word, _doing in DOINGS.items():
    _offer(_word, _doing)


def _trades(sheet: Sheet) -> list[tuple[str, dict[str, str]]]:
    """The trades among which the one that fits is chosen."""
    step = sheet.rule.steps.get("assign")
    return [(trade, title.model_dump()) for trade, title in step.trades.items()] if step else []


def _level_above(sheet: Sheet, who: WhoAsks) -> dict[str, Any] | None:
    """Who takes the case if this desk cannot handle it; none if that is not for this person to say, or nobody does."""
    held = level_above(sheet.pack, sheet.case, sheet.duty)
    if held is None or not may_hand_up(sheet.pack, sheet.duty, by=who.person, desks=who.desks):
        return None
    facets = {**sheet.case.told.facets, held.facet: held.value}
    desk = sheet.pack.intake.desk_of(held.facet, facets) or ""
    title = sheet.pack.intake.value_title(held.facet, held.value)
    return {
        "level": title.model_dump(),
        "desk": sheet.pack.title_of(desk).model_dump() if desk else "",
        "clauses": held.criterion.clauses,
    }


def _waits(question: Question, duty: Duty, round_: int) -> bool:
    """Whether a step of this duty waits for an answer."""
    return question.answer == "open" and question.round == round_ and question.waits_duty == duty.rule


def _further(sheet: Sheet, who: WhoAsks) -> list[tuple[str, dict[str, str], list[tuple[str, dict[str, str]]]]]:
    """The duties that this person may issue for the case when they find them necessary."""
    if sheet.case.closed_at is not None:
        return []
    pack = sheet.pack
    return [
        (rule.name, rule.entry.title.model_dump(), [(d, pack.title_of(d).model_dump()) for d in rule.entry.to.among])
        for rule in pack.dispatch.duties
        if may_issue(rule) in who.desks and rule.when.decide(sheet.facts) is not False
    ]


def _name_of(login: str) -> str:
    """What people call whoever has this login."""
    person = here.get().people.maybe(login)
    return person.name if person else login


def dressed() -> dict[str, Any]:
    """The files that the pages of dispatch bring along."""
    return {"sheet_css": STATICS.url("sheet.css"), "signature_js": STATICS.url("signature.js")}
