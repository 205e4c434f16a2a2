"""What customers see: their sheet, without signing in. Looking at it stores nothing; sending it counts once."""

from __future__ import annotations

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
from closeloop.survey.model import Sheet, Survey

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
    steps = survey.sheet["scales"][survey.sheet["questions"][first]["scale"]]["answers"] if first else {}
    return page.show(
        "sheet",
        sheet=found,
        title=survey.sheet["title"],
        introduction=survey.sheet.get("introduction"),
        state=state_of(found, survey),
        first=first,
        first_text=survey.sheet["questions"][first]["text"] if first else "",
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
            given = checked(survey.sheet, given)
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
    scaled = {n: q for n, q in survey.sheet["questions"].items() if q.get("type", "scale") == "scale"}
    return next((name for name, question in scaled.items() if question.get("required")), next(iter(scaled), ""))


def state_of(sheet: Sheet, survey: Survey) -> str:
    """Whether a sheet can be answered, was answered, or comes too late."""
    if sheet.returned_at is not None:
        return "returned"
    over = survey.state != SurveyState.OPEN or here.get().now() >= sheet.expires_at
    return "over" if over else "open"


def _questions(survey: Survey, first: str, *, low: bool) -> Any:
    """The other questions; text only from whom something displeased, unless nothing else is asked."""
    for name, question in survey.sheet["questions"].items():
        kind = question.get("type", "scale")
        if name == first or (kind == "text" and first and not low):
            continue
        options: dict[str, Any] = {}
        if kind == "scale":
            scale = survey.sheet["scales"][question["scale"]]["answers"]
            options = {value: words["title"] for value, words in scale.items()}
        elif kind == "choice":
            options = question["choices"]
        yield {
            "name": name,
            "text": question["text"],
            "type": kind,
            "options": list(options.items()),
            "required": bool(question.get("required")),
            "full": question.get("full_points") or 100,
        }


async def _from_the_page(request: Request) -> tuple[dict[str, Any], Any]:
    form: FormData = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}, form


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
