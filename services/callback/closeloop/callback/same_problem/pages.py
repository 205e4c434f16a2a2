"""Same problems on pages: callbacks are put together, and answered once."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form
from pydantic import BaseModel, Field
from starlette.responses import Response

from closeloop.callback.asking.queries import callbacks as open_callbacks
from closeloop.callback.asking.words import named, state_of
from closeloop.callback.model import is_on_the_desk
from closeloop.callback.planning.callers import name_of
from closeloop.callback.same_problem import actions, queries
from closeloop.callback.same_problem.actions import FEWEST, AnswerForm, LetterForm, ProblemForm
from closeloop.callback.same_problem.api import a_new_key, pack_of
from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import MOST_AT_ONCE, Reading
from closeloop.chassis.refusals import Refused
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, CallbackState, label

router = APIRouter(include_in_schema=False)


class ProblemPageForm(BaseModel):
    """Ticked callbacks, and what they have in common."""

    problem: str = Field(min_length=2, max_length=2_000)
    callbacks: list[str] = Field(default_factory=list)


class AnswerPageForm(BaseModel):
    """The answer as the page sends it: with a letter, or with how the customers were asked."""

    note: str = Field(min_length=2, max_length=10_000)
    form: str = ""
    outcome: str = ""
    text: str = Field(default="", max_length=10_000)
    place: str = Field(default="", max_length=200)
    day: date | None = None
    archive_reference: str = Field(default="", max_length=100)

    def as_form(self, today: date) -> AnswerForm:
        """The same without the half that was left empty."""
        if not self.text.strip():
            form = CallbackForm(self.form) if self.form in set(CallbackForm) else None
            outcome = CallbackOutcome(self.outcome) if self.outcome in set(CallbackOutcome) else None
            return AnswerForm(note=self.note, form=form, outcome=outcome)
        if not self.place.strip() or not self.archive_reference.strip():
            raise Refused(_("Say where the letter was posted, and under which number it is kept."))
        letter = LetterForm(
            text=self.text, place=self.place, date=self.day or today, archive_reference=self.archive_reference
        )
        return AnswerForm(note=self.note, letter=letter)


@router.get("/callback/same-problems", name="same_problems")
async def same_problems(read: Reading, person: CurrentPerson, page: CurrentPage, cursor: str = "") -> Response:
    """Problems of several customers, and the open callbacks that may be put together."""
    found = await queries.same_problems(read, person, cursor=cursor or None)
    running = here.get()
    rows = await open_callbacks(read, person, status=CallbackState.PLANNED, limit=MOST_AT_ONCE)
    free = [
        (callback, case)
        for callback, case in await queries.members(read, person, [one.id for one in rows.items if not one.problem])
        if is_on_the_desk(
            person, callback.desk, pack := running.procedures.pack(case.procedure, case.known.procedure_version)
        )
        and pack.callback.same_problem is not None
        and pack.callback.same_problem.applies(pack.facts_of(case.known, case.facts))
    ]
    return page.show("same_problems", problems=found.items, next=found.next, cursor=cursor, free=free, name_of=name_of)


@router.post("/callback/same-problems", name="put_together")
async def put_together(
    form: Annotated[ProblemPageForm, Form()], read: Reading, person: CurrentPerson, page: CurrentPage
) -> Response:
    """The ticked callbacks are one matter from now on."""
    if len(form.callbacks) < FEWEST:
        raise Refused(_("Tick at least two callbacks about the same problem."))
    running = here.get()
    members = await queries.members(read, person, form.callbacks)
    whole = ProblemForm(problem=form.problem, callbacks=form.callbacks)
    key = a_new_key(running)
    await do(actions.put_together, whole, pack_of(members, running), members, by=person, key=key, new=True)
    return page.go_to("same_problem", identity=key, said=_("The callbacks are put together."))


@router.get("/callback/same-problems/{identity}", name="same_problem")
async def same_problem(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """One problem: its members, the answer, the record and the letter."""
    running = here.get()
    found, members = await queries.same_problem(read, person, identity)
    pack = running.procedures.pack(found.procedure, found.version)
    rule = pack.callback.said.same_problem
    return page.show(
        "same_problem",
        problem=found,
        members=members,
        state_of=lambda one: state_of(one, running.now()),
        may_answer=found.answered_at is None and is_on_the_desk(person, found.desk, pack),
        letter=bool(rule and rule.letter),
        forms=[
            (rule.name, rule.entry.title.model_dump())
            for rule in pack.callback.forms
            if rule.entry.signature != "required"
        ],
        outcomes=[(str(o), label(o).model_dump()) for o in (CallbackOutcome.SATISFIED, CallbackOutcome.DISSATISFIED)],
        outcome=named(CallbackOutcome(found.outcome)) if found.outcome else "",
        name_of=name_of,
        today=running.now().astimezone(HOME_ZONE).date().isoformat(),
    )


@router.post("/callback/same-problems/{identity}/answer", name="answer_once")
async def answer_once(
    identity: str, form: Annotated[AnswerPageForm, Form()], person: CurrentPerson, page: CurrentPage
) -> Response:
    """All members are answered by this, written down once."""
    whole = form.as_form(here.get().now().astimezone(HOME_ZONE).date())
    await do(actions.answer_once, whole, by=person, key=identity)
    return page.go_to("same_problem", identity=identity, said=_("All of them are answered."))
