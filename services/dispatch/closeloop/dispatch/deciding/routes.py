"""What is decided about duties, for programs and for pages: whether one is necessary, and that a further one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.vocabulary import label
from closeloop.dispatch import queries
from closeloop.dispatch.deciding import actions as deciding
from closeloop.dispatch.deciding.forms import FurtherForm, NecessaryForm
from closeloop.dispatch.deciding.model import ANSWER_WORDS
from closeloop.dispatch.pages import dressed
from closeloop.dispatch.sheets.sheet import TONES
from closeloop.dispatch.sheets.showing import WhoAsks, duty_as_json, question_as_json

api = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
pages = APIRouter(prefix="/dispatch", include_in_schema=False)
routers = (api, pages)
ONE_DECISION = "/cases/{case}/decisions/{rule}"
FURTHER = "/cases/{case}/further/{rule}"
RuleName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


@api.get("/cases/{case}/decisions", name="decisions_as_json")
async def decisions(case: str, read: Reading, who: WhoAsks) -> dict[str, Any]:
    """What was asked about a case, and what was decided."""
    return {"items": [question_as_json(one) for one in await queries.questions(read, who.person, case)]}


@pages.get(ONE_DECISION, name="decision")
async def decision(case: str, rule: RuleName, page: CurrentPage, read: Reading, who: WhoAsks) -> Response:
    """Whether a duty is necessary: what the case is about, what waits for it, and the answer."""
    known = await queries.case_of(read, case)
    asked = [one for one in await queries.questions(read, who.person, case) if one.rule == rule]
    if known is None or not asked:
        raise NotFound()
    question = asked[-1]
    pack = here.get().procedures.pack(known.told.procedure, known.told.procedure_version)
    entry = pack.dispatch.duty(rule).entry
    return page.show(
        "decision",
        question=question,
        case=known,
        pack=pack,
        clauses=entry.when_necessary.clauses if entry.when_necessary else (),
        among=[(desk, pack.title_of(desk).model_dump()) for desk in pack.dispatch.to(pack.dispatch.duty(rule)).among],
        waits=pack.dispatch.duty(question.waits_duty).entry.title.model_dump(),
        step=pack.dispatch.steps[question.waits_duty][question.waits_step].title.model_dump(),
        duties=[one for one in await queries.duties_of_case(read, case) if one.rule == rule],
        may_decide=question.answer == "open" and question.decided_by in who.desks,
        words=ANSWER_WORDS,
        tones=TONES,
        label=label,
        name_of=lambda login: person.name if (person := here.get().people.maybe(login)) else login,
        **dressed(),
    )


def _offer(
    name: str, path: str, action: Callable[..., Any], form: type[BaseModel], shows: Callable[[Any], Any]
) -> None:
    async def told(case: str, rule: RuleName, request: Request, who: WhoAsks, form: Any) -> Response:
        return await answered(request, action, rule, form, who.desks, by=who.person, key=case, shows=shows)

    async def sent(case: str, rule: RuleName, page: CurrentPage, who: WhoAsks, form: Any) -> Response:
        done = await do(action, rule, form, who.desks, by=who.person, key=case)
        if name == "decide_duty":
            return page.go_to("decision", case=case, rule=rule, said=_("Saved."))
        return page.go_to("duty", case=case, number=done.number, said=_("Saved."))

    told.__doc__ = sent.__doc__ = action.__doc__
    told.__annotations__["form"], sent.__annotations__["form"] = form, Annotated[form, Form()]
    api.add_api_route(path, told, methods=["POST"], name=f"{name}_as_json")
    pages.add_api_route(path, sent, methods=["POST"], name=name)


_offer("decide_duty", ONE_DECISION, deciding.decide_duty, NecessaryForm, question_as_json)
_offer("issue_further", FURTHER, deciding.issue_further, FurtherForm, duty_as_json)
