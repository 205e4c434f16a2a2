"""The steps that nearly every duty takes, as plain routes: programs ask for them more often than for all the rest.

They answer as the routes of the framework do, which describe them and are passed by.
"""

from __future__ import annotations

from typing import Annotated

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from closeloop.chassis.acting import here
from closeloop.chassis.answering import answered
from closeloop.chassis.people import person_of
from closeloop.contracts.procedure.step import KNOWN_STEPS
from closeloop.dispatch.sheets.attaching import files_must_be_here
from closeloop.dispatch.sheets.showing import at_work, duty_as_json
from closeloop.dispatch.steps.doings import DOINGS, Doing

NUMBER: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(ge=1, le=100_000)])


def _taken(step: str, doing: Doing) -> Route:
    async def take(request: Request) -> Response:
        who = await at_work(person_of(request))
        asked = request.path_params
        try:
            number = NUMBER.validate_python(asked["number"])
        except ValidationError as wrong:
            raise _invalid(wrong, "path", "number") from None
        form = _read(doing, await request.body())
        await files_must_be_here(form, here.get().read, who, asked["case"], number)
        said = doing.said(form)
        return await answered(
            request, doing.action, number, *said, who.desks, by=who.person, key=asked["case"], shows=duty_as_json
        )

    take.__doc__ = doing.about
    return Route(f"/api/dispatch/cases/{{case}}/duties/{{number:int}}/{step}", take, methods=["POST"])


def _read(doing: Doing, body: bytes) -> BaseModel:
    """What is said with the step; nothing need be, where the step alone is enough."""
    if not body and not doing.needs_a_word:
        return doing.form()
    try:
        return doing.form.model_validate_json(body)
    except ValidationError as wrong:
        raise _invalid(wrong, "body") from None


def _invalid(wrong: ValidationError, *where: str) -> RequestValidationError:
    """What the form found, as the framework says it."""
    return RequestValidationError([{**one, "loc": (*where, *one["loc"])} for one in wrong.errors(include_url=False)])


routes = [_taken(step, DOINGS[step]) for step in KNOWN_STEPS]
