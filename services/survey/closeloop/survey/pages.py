"""The pages of whoever asks: plans with their state, one survey with its results, and a new plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Form
from pydantic import BaseModel, BeforeValidator, Field
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.contracts.procedure.survey import Question, Scale
from closeloop.contracts.vocabulary import SurveyState, Text, label
from closeloop.survey import actions, queries
from closeloop.survey.actions import ApprovalForm, FollowUpForm, PlanForm
from closeloop.survey.api import known_here
from closeloop.survey.model import OWN, Survey, is_on_the_desk, today_at

router = APIRouter(include_in_schema=False)
TONES = {SurveyState.PLANNED: "waiting", SurveyState.APPROVED: "info", SurveyState.OPEN: "good"}
SPLIT = "/"


def _or_none(value: Any) -> Any:
    return None if value == "" else value


MaybeDay = Annotated[date | None, BeforeValidator(_or_none)]
MaybeCount = Annotated[int | None, BeforeValidator(_or_none)]


class PlanPageForm(BaseModel):
    """A plan as the page sends it: own questions stand one on a line, Chinese and English parted by a bar."""

    what: str = Field(min_length=3, max_length=80)
    starts_on: date
    ends_on: MaybeDay = None
    quantity: Annotated[MaybeCount, Field(ge=1, le=1_000_000)] = None
    title: str = Field(default="", max_length=200)
    purpose: str = Field(default="", max_length=1000)
    population: str = Field(default="", max_length=1000)
    kinds: list[str] = Field(default_factory=list)
    scale: str = Field(default="", max_length=60)
    questions: str = Field(default="", max_length=10_000)
    approver: str = Field(default="", max_length=60)

    def as_form(self) -> PlanForm:
        """The same as the action takes it."""
        procedure, _slash, survey = self.what.partition(SPLIT)
        dates: dict[str, Any] = {"starts_on": self.starts_on, "ends_on": self.ends_on, "quantity": self.quantity}
        said = {name: text for name in ("title", "purpose", "population") if (text := in_both(getattr(self, name)))}
        if survey != OWN:
            return PlanForm(procedure=procedure, survey=survey, **dates, **said)
        lines = [text for line in self.questions.splitlines() if (text := in_both(line))]
        questions = {
            f"question_{n}": Question(text=text, scale=self.scale or None, required=n == 1)
            for n, text in enumerate(lines, 1)
        }
        return PlanForm(
            procedure=procedure,
            kinds=tuple(self.kinds),
            questions=questions,
            approver=self.approver or None,
            **dates,
            **said,
        )


@router.get("/survey", name="surveys")
async def surveys(
    read: Reading, person: CurrentPerson, page: CurrentPage, status: str = "", cursor: str = ""
) -> Response:
    """All surveys that this person may see, with their state and how many sheets came back."""
    wanted = SurveyState(status) if status in set(SurveyState) else None
    found = await queries.surveys(read, person, status=wanted, cursor=cursor or None)
    states = [(str(state), label(state).model_dump()) for state in SurveyState]
    return page.show(
        "surveys",
        surveys=found.items,
        next=found.next,
        cursor=cursor,
        wanted=status,
        states=states,
        state_of=_state,
    )


@router.get("/survey/surveys/new", name="new_survey")
async def new_survey(person: CurrentPerson, page: CurrentPage) -> Response:
    """A new plan: a survey of the procedure, or questions of one's own."""
    running = here.get()
    packs = running.procedures.current(running.now())
    return page.show(
        "new_survey",
        offered=[one for pack in packs for one in _offered(pack)],
        kinds=_pairs(packs, lambda pack: pack.intake.kinds),
        roles=_pairs(packs, lambda pack: pack.head.roles),
        scales=sorted({name for pack in packs for name in pack.survey.said.scales}),
        scale_options=[
            (name, _scale_words(scale)) for pack in packs for name, scale in pack.survey.said.scales.items()
        ],
        today=today_at(running.now()).isoformat(),
    )


@router.get("/survey/surveys/{identity}", name="survey")
async def survey(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage, cursor: str = "") -> Response:
    """One survey: its plan, what can be done next, the sheets, and the results."""
    found = await queries.survey(read, person, identity)
    sheets = await queries.sheets(read, person, found, cursor=cursor or None)
    running = here.get()
    pack = running.procedures.pack(found.procedure, found.procedure_version)
    mine = is_on_the_desk(person, found.desk, pack) or person.id in (found.author, found.changed_by)
    unopened = found.state in (SurveyState.PLANNED, SurveyState.APPROVED)
    own = person.id in (found.author, found.changed_by)
    return page.show(
        "survey",
        survey=found,
        state=_state(found),
        desk=pack.title_of(found.desk).model_dump(),
        approver=pack.title_of(found.approver).model_dump() if found.approver else None,
        may_approve=unopened and found.needs_approval and person.may(found.approver or "") and not own,
        may_open=unopened and mine and not found.needs_approval,
        may_close=found.state == SurveyState.OPEN and mine,
        sheets=sheets.items,
        next=sheets.next,
        cursor=cursor,
        results=queries.counts_of(found, await queries.answers(read, found)),
    )


@router.get("/survey/surveys/{identity}/sheets/{sheet}", name="answers")
async def answers(identity: str, sheet: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """What one customer answered, and what was done about it."""
    found = await queries.survey(read, person, identity)
    one = await queries.one_sheet(read, person, found, sheet)
    pack = here.get().procedures.pack(found.procedure, found.procedure_version)
    mine = is_on_the_desk(person, found.desk, pack) or person.id in (found.author, found.changed_by)
    return page.show(
        "answers", survey=found, sheet=one, said=queries.said_in(found, one), may_follow=mine and one.waits
    )


@router.post("/survey/surveys/{identity}/sheets/{sheet}/follow-up", name="follow_up")
async def follow_up(
    identity: str, sheet: str, form: Annotated[FollowUpForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """Somebody looked into what displeased the customer."""
    await do(actions.follow_up, identity, sheet, form, by=person)
    return page.go_to("survey", identity=identity, said=_("What you did is on record."))


@router.post("/survey/surveys", name="plan_survey")
async def plan_survey(form: Annotated[PlanPageForm, Form()], person: CurrentPerson, page: CurrentPage) -> Response:
    """The plan is written; it goes to whoever approves it."""
    plan = form.as_form()
    known_here(plan.procedure)
    found = await do(actions.plan_survey, plan, by=person, key=here.get().new_id(), new=True)
    return page.go_to("survey", identity=found.id, said=_("The plan is on record."))


@router.post("/survey/surveys/{identity}/approve", name="approve_survey")
async def approve_survey(
    identity: str, form: Annotated[ApprovalForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """The approver says yes to the plan on the page."""
    await do(actions.approve_survey, form, by=person, key=identity)
    return page.go_to("survey", identity=identity, said=_("The plan is approved."))


@router.post("/survey/surveys/{identity}/open", name="open_survey")
async def open_survey(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """Sheets go out from here on."""
    found = await queries.survey(read, person, identity)
    cases = await queries.closed_since(read, found)
    await do(actions.open_survey, found.id, found.procedure, cases, by=person)
    return page.go_to("survey", identity=identity, said=_("The survey is open."))


@router.post("/survey/surveys/{identity}/close", name="close_survey")
async def close_survey(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """No more answers are taken."""
    found = await queries.survey(read, person, identity)
    await do(actions.close_survey, found.id, found.procedure, by=person)
    return page.go_to("survey", identity=identity, said=_("The survey is closed; its figures stand."))


def in_both(line: str) -> Text | None:
    """A text in both languages, parted by a bar; one language stands for both."""
    zh, _bar, en = (part.strip() for part in line.partition("|"))
    return Text(zh=zh or en, en=en or zh) if zh or en else None


def _state(survey: Survey) -> tuple[dict[str, str], str]:
    return label(survey.state).model_dump(), TONES.get(survey.state, "neutral")


def _offered(pack: Pack) -> list[tuple[str, Any]]:
    named = [(f"{pack.id}{SPLIT}{name}", one.title.model_dump()) for name, one in pack.survey.said.surveys.items()]
    return [
        *named,
        (f"{pack.id}{SPLIT}{OWN}", _("Questions of my own ({procedure})", procedure=pack.title.model_dump())),
    ]


def _pairs(packs: list[Pack], of: Any) -> list[tuple[str, Any]]:
    return list({name: one.title.model_dump() for pack in packs for name, one in of(pack).items()}.items())


def _scale_words(scale: Scale) -> dict[str, str]:
    """A scale is called by its answers."""
    titles = [answer.title for answer in scale.answers.values()]
    return {"zh": " / ".join(title.zh for title in titles), "en": " / ".join(title.en for title in titles)}
