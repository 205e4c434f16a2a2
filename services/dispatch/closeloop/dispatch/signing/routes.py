"""Signatures and approvals on the form of a duty, by the name that the procedure gives them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.answering import answered
from closeloop.chassis.signing import SignOffForm, give_sign_off
from closeloop.chassis.signing.lists import as_json
from closeloop.dispatch.api import ONE_DUTY, Number
from closeloop.dispatch.sheets.showing import WhoAsks
from closeloop.dispatch.signing.sign_offs import OF_A_DUTY

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
SignOffName = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]


@router.post(f"{ONE_DUTY}/signatures/{{name}}", name="sign_duty_by_name_as_json")
async def sign_by_name(
    case: str, number: Number, name: SignOffName, form: SignOffForm, request: Request, who: WhoAsks
) -> Response:
    """Somebody signs the form of the duty, or says yes or no to it."""
    return await answered(
        *(request, give_sign_off, OF_A_DUTY, f"duty:{number}", name, form, who.desks),
        by=who.person,
        key=case,
        shows=lambda given: as_json(given, "dispatch"),
    )
