"""What customers see: their sheet, without signing in. Looking at it stores nothing; sending it counts once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import FormData
from starlette.responses import JSONResponse, Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import LANGUAGE_COOKIE, LANGUAGES, Sentence
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.reading import Reading
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey import actions, queries
from closeloop.survey.answers import WrongAnswers, checked
from closeloop.survey.asking import TEXTS, fields_of, said_on_page
from closeloop.survey.model import Survey
from closeloop.survey.questionnaire import steps_of
from closeloop.survey.sheets import Sheet

router = APIRouter(prefix="/public/survey", tags=["public"])


@router.get("/sheets/{token}", name="sheet", include_in_schema=False)
async def sheet(token: str, request: Request, read: Reading, page: CurrentPage) -> Response:
    """The sheet: one question first, the others after it; or why it can be answered no more."""
    found, survey = await queries.sheet_of(read, token)
    chosen = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    if chosen not in LANGUAGES:
        page.language = "en" if found.language.startswith("en") else "zh"
    first = first_question(survey)
    given = page.entered.value(first) or request.query_params.get(first, "") if first else ""
    asked = survey.questionnaire
    steps = steps_of(asked, asked["fields"][first]) if first else {}
    return page.show(
        "sheet",
        sheet=found,
        title=asked["title"],
        introduction=asked.get("introduction"),
        state=state_of(found, survey),
        first=first,
        first_text=asked["fields"][first]["title"] if first else "",
        steps=[(value, words["title"]) for value, words in steps.items()],
        given=given if given in steps else "",
        questions=list(_questions(survey, first, low=given in steps and steps[given]["counts"] == "dissatisfied")),
    )


@router.post(
    "/sheets/{token}",
    name="return_sheet",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "required": ["answers"],
                        "properties": {"answers": {"type": "object", "description": "Question to answer."}},
                    }
                }
            }
        }
    },
)
async def return_sheet(token: str, request: Request, read: Reading, page: CurrentPage) -> Response:
    """The customer's answers, as JSON `{answers}` or from the page."""
    by_page = not request.headers.get("content-type", "").startswith("application/json")
    given, body = await (_from_the_page(request) if by_page else _from_json(request))
    found, survey = await queries.sheet_of(read, token)
    found_state = state_of(found, survey)
    if found_state == "open":
        try:
            given = checked(survey.questionnaire, given)
        except WrongAnswers as wrong:
            raise _invalid(wrong, body, () if by_page else ("answers",)) from None
    else:
        given = {}
    done = await do(actions.return_sheet, survey.id, found.id, given, by=None)
    if by_page:
        return page.go_to("sheet", token=token)
    returned_at = done.returned_at.isoformat() if done.returned_at else None
    return JSONResponse({"returned_at": returned_at, "status": "returned"}, 201)


def first_question(survey: Survey) -> str:
    """The question that is asked first: the one that must be answered, by a scale."""
    scaled = {name: one for name, one in survey.questionnaire["fields"].items() if one["type"] == "scale"}
    return next((name for name, field in scaled.items() if field.get("required")), next(iter(scaled), ""))


def state_of(sheet: Sheet, survey: Survey) -> str:
    """Whether a sheet can be answered, was answered, or comes too late."""
    if sheet.returned_at is not None:
        return "returned"
    late = sheet.expires_at is not None and here.get().now() >= sheet.expires_at
    over = survey.state != SurveyState.OPEN or late
    return "over" if over else "open"


def _questions(survey: Survey, first: str, *, low: bool) -> Iterator[dict[str, Any]]:
    """The other questions; text only from whom something displeased, unless nothing else is asked."""
    for field in fields_of(survey.questionnaire):
        if field["name"] != first and (field["type"] not in TEXTS or not first or low):
            yield field


async def _from_the_page(request: Request) -> tuple[dict[str, Any], Any]:
    form: FormData = await request.form()
    return said_on_page(form), form


async def _from_json(request: Request) -> tuple[dict[str, Any], Any]:
    try:
        body = await request.json()
    except ValueError:
        raise RequestValidationError([{"type": "json_invalid", "loc": ("body",), "msg": "", "input": None}]) from None
    answers = body.get("answers") if isinstance(body, dict) else None
    if not isinstance(answers, dict):
        kind = "missing" if isinstance(body, dict) and answers is None else "dict_type"
        raise RequestValidationError([{"type": kind, "loc": ("body", "answers"), "msg": "", "input": None}])
    return answers, body


def _invalid(wrong: WrongAnswers, body: Any, before: tuple[str, ...]) -> RequestValidationError:
    def fault(name: str, sentence: Sentence) -> dict[str, Any]:
        where = ("body", *before, name[:60])
        return {"type": "value_error", "loc": where, "msg": "", "input": None, "ctx": {"error": ValueError(sentence)}}

    return RequestValidationError([fault(*one) for one in wrong.wrong.items()], body=body)
