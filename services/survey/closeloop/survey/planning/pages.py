"""The pages of a plan: it is written, and somebody else says yes or no."""

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
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.survey import Scale
from closeloop.contracts.vocabulary import Text
from closeloop.survey.api import desks_here, known_here
from closeloop.survey.days import today_at
from closeloop.survey.model import OWN
from closeloop.survey.planning import actions
from closeloop.survey.planning.forms import MOST, ApprovalForm, AreaForm, NoForm, PlanForm

router = APIRouter(include_in_schema=False)
SPLIT = "/"
BAR = "|"


def _or_none(value: Any) -> Any:
    return None if value == "" else value


MaybeDay = Annotated[date | None, BeforeValidator(_or_none)]
MaybeCount = Annotated[int | None, BeforeValidator(_or_none)]


class PlanPageForm(BaseModel):
    """A plan as the page sends it: areas and own questions stand one on a line, their parts parted by a bar."""

    what: str = Field(min_length=3, max_length=80)
    starts_on: date
    ends_on: MaybeDay = None
    quantity: Annotated[MaybeCount, Field(ge=1, le=1_000_000)] = None
    title: str = Field(default="", max_length=200)
    purpose: str = Field(default="", max_length=1000)
    population: str = Field(default="", max_length=1000)
    areas: str = Field(default="", max_length=20_000)
    staff: str = Field(default="", max_length=2000)
    kinds: list[str] = Field(default_factory=list)
    scale: str = Field(default="", max_length=60)
    questions: str = Field(default="", max_length=10_000)
    approver: str = Field(default="", max_length=60)

    def as_form(self) -> PlanForm:
        """The same as the action takes it."""
        procedure, _slash, survey = self.what.partition(SPLIT)
        said: dict[str, Any] = {
            "procedure": procedure,
            "starts_on": self.starts_on,
            "ends_on": self.ends_on,
            "quantity": self.quantity,
            "areas": tuple(area for line in self.areas.splitlines() if (area := area_in(line))),
            "staff": tuple(self.staff.replace(",", " ").replace("，", " ").split()),
        }
        said |= {name: text for name in ("title", "purpose", "population") if (text := in_both(getattr(self, name)))}
        if survey != OWN:
            return PlanForm(survey=survey, **said)
        lines = [text for line in self.questions.splitlines() if (text := in_both(line))]
        questions = {
            f"question_{n}": FormField(title=text, type="scale", scale=self.scale or None, required=n == 1)
            for n, text in enumerate(lines, 1)
        }
        by_plan = "by_plan" if self.areas.strip() else "closed"
        return PlanForm(
            kinds=tuple(self.kinds), questions=questions, approver=self.approver or None, goes_out=by_plan, **said
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
        places=[place for place in running.people.organisation.places if person.at(place.id)],
        today=today_at(running.now()).isoformat(),
    )


@router.post("/survey/surveys", name="plan_survey")
async def plan_survey(form: Annotated[PlanPageForm, Form()], person: CurrentPerson, page: CurrentPage) -> Response:
    """The plan is written; it goes to whoever approves it."""
    plan = form.as_form()
    known_here(plan)
    found = await do(actions.plan_survey, plan, by=person, key=here.get().new_id(), new=True)
    return page.go_to("survey", identity=found.id, said=_("The plan is on record."))


@router.post("/survey/surveys/{identity}/approve", name="approve_survey")
async def approve_survey(
    identity: str, form: Annotated[ApprovalForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """Somebody who approves says yes to the plan on the page."""
    await do(actions.approve_survey, form, desks_here(person), by=person, key=identity)
    return page.go_to("survey", identity=identity, said=_("The plan is approved."))


@router.post("/survey/surveys/{identity}/send-back", name="send_plan_back")
async def send_plan_back(
    identity: str, form: Annotated[NoForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """Somebody who approves says no, with the reason."""
    await do(actions.send_plan_back, form, desks_here(person), by=person, key=identity)
    return page.go_to("survey", identity=identity, said=_("The plan goes back with your reason."))


def in_both(line: str) -> Text | None:
    """A text in both languages, parted by a bar; one language stands for both."""
    zh, _bar, en = (part.strip() for part in line.partition(BAR))
    return Text(zh=zh or en, en=en or zh) if zh or en else None


def area_in(line: str) -> AreaForm | None:
    """An area and its number of forms, parted by a bar."""
    name, _bar, number = (part.strip() for part in line.replace("｜", BAR).rpartition(BAR))
    if not name and not number:
        return None
    if not name or not number.isdigit() or not 0 < int(number) <= MOST:
        raise Refused(_("Write an area and its number of forms parted by a bar, not “{line}”.", line=line.strip()[:80]))
    return AreaForm(area=name[:80], quantity=int(number))


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
