"""People and their qualifications: as JSON, and as the page on which training and assessments are entered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Reading
from closeloop.chassis.records.inputs import from_page, inputs
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.qualifications import Qualification
from closeloop.dispatch.pages import dressed
from closeloop.dispatch.qualifications.actions import enter_assessment, enter_training
from closeloop.dispatch.qualifications.model import STANDING_WORDS, PersonRecord, key_of
from closeloop.dispatch.qualifications.queries import as_json, people_of, rule_of
from closeloop.dispatch.sheets.showing import WhoAsks

api = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
pages = APIRouter(prefix="/dispatch", include_in_schema=False)
ENTERED_BY_ITSELF = ("person",)
Action = Callable[..., Any]


class EnterForm(BaseModel):
    """What is entered about a person; any other name in the body is a field of the record."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    qualification: str | None = Field(None, max_length=60)
    """Name of the qualification; the only one if nothing is said."""
    fields: dict[str, Any] = Field(default_factory=dict)
    """Field of the record to what is written into it."""

    @model_validator(mode="after")
    def _gather(self) -> EnterForm:
        self.fields = {**self.fields, **(self.model_extra or {})}
        return self


@api.get("/people", name="people_as_json")
async def people(read: Reading, who: WhoAsks) -> dict[str, Any]:
    """How people stand by the qualifications that their roles ask for."""
    return {"items": [as_json(one) for one in await people_of(read, who)]}


def _offer(word: str, action: Action, about: str) -> None:
    async def enter(person: str, form: EnterForm, request: Request, who: WhoAsks) -> Response:
        pack, name, _rule = rule_of(who, form.qualification)
        said = (pack.id, name, _somebody(person), form.fields, who.desks)
        return await answered(
            request, action, *said, by=who.person, key=key_of(person), status=201, shows=record_as_json
        )

    async def enter_on_page(
        person: str, qualification: str, request: Request, page: CurrentPage, who: WhoAsks
    ) -> Response:
        pack, name, rule = rule_of(who, qualification)
        fields = from_page(pack.forms[form_of(rule, word)], await request.form())
        somebody = _somebody(person)
        await do(action, pack.id, name, somebody, fields, who.desks, by=who.person, key=key_of(person))
        return page.go_to("people", said=_("Entered for {name}.", name=somebody.name))

    enter.__doc__ = enter_on_page.__doc__ = about
    api.add_api_route(f"/people/{{person}}/{word}", enter, methods=["POST"], name=f"{word}_as_json", status_code=201)
    pages.add_api_route(f"/people/{{person}}/{{qualification}}/{word}", enter_on_page, methods=["POST"], name=word)


_offer("training", enter_training, "Somebody learnt from a day to a day.")
_offer("assessment", enter_assessment, "Somebody else looked whether the person can do it.")


@pages.get("/people", name="people")
async def people_page(page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """How people stand, what is missing, and where training and assessments are entered."""
    return page.show(
        "people",
        people=await people_of(read, who),
        words=STANDING_WORDS,
        may_enter=lambda one: one.rule.assessment.by in who.desks and one.person.id != who.person.id,
        fields=lambda one, word: _fields(one.pack, one.rule, word),
        **dressed(),
    )


def form_of(rule: Qualification, word: str) -> str:
    """The record on which it is entered."""
    return rule.training.form if word == "training" and rule.training else rule.assessment.form


def record_as_json(record: PersonRecord) -> dict[str, Any]:
    """What was entered, as a program reads it."""
    return {
        "id": record.id,
        "person": record.person,
        "qualification": record.qualification,
        "what": record.what,
        "from_on": record.from_on,
        "until_on": record.until_on,
        "passed": record.passed,
        "record": record.record_id,
        "entered_by": record.entered_by,
    }


def _fields(pack: Pack, rule: Qualification, word: str) -> list[dict[str, Any]]:
    form = pack.forms[form_of(rule, word)]
    names = [name for name, field in form.fields.items() if name not in ENTERED_BY_ITSELF and field.type != "signature"]
    asked = inputs(pack, form, names, {})
    for one in asked:
        if one.get("type") == "choice":  # nobody passes because nothing was chosen
            one["options"] = [("", _("Please choose")), *one["options"]]
    return asked


def _somebody(login: str) -> Person:
    person = here.get().people.maybe(login)
    if person is None:
        raise NotFound()
    return person
