"""The form of a job as people fill it in: whether every field holds what it is for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData

from closeloop.chassis.fields import fitting, must_be_given
from closeloop.chassis.i18n import _
from closeloop.chassis.schedules.doing import JobForm
from closeloop.contracts.procedure.form import Form

MISSING = "missing."
"""What a page puts before the name of an input that is not there."""


def filled(
    form: Form,
    entered: Mapping[str, Any],
    *,
    standing: Mapping[str, Any] | None = None,
    frozen: Collection[str] = (),
    left_open: Collection[str] = (),
    body: Any = None,
) -> dict[str, Any]:
    """What was entered, as it is kept; what does not fit, or stands nowhere yet, is said beside each field."""
    kept: dict[str, Any] = {}
    misfits: list[dict[str, Any]] = []
    for name in [*form.fields, *(name for name in entered if name not in form.fields)]:
        value, about = entered.get(name), form.fields.get(name)
        try:
            if about is None:
                raise ValueError(_("There is no such field here. Leave it out."))
            if value not in (None, "", []) and name in frozen:
                raise ValueError(_("Figures stand here as they were counted. Leave it out."))
            if value not in (None, "", []):
                kept[name] = fitting(about, value)
            elif about.required and name not in left_open and not (standing or {}).get(name):
                raise ValueError(_("Please fill this in."))
        except ValueError as wrong:
            ctx = {"error": wrong}
            misfits.append({"type": "value_error", "loc": ("body", "fields", name), "input": value, "ctx": ctx})
    stands = {**(standing or {}), **kept}
    for name, about in form.fields.items():
        if about.required or name in left_open or stands.get(name) not in (None, "", []):
            continue
        if must_be_given(about, stands):
            ctx = {"error": ValueError(_("Please fill this in."))}
            misfits.append({"type": "value_error", "loc": ("body", "fields", name), "input": None, "ctx": ctx})
    if misfits:
        raise RequestValidationError(misfits, body=body)
    return kept


def said_on_page(fields: Mapping[str, Any], entered: FormData) -> JobForm:
    """What a person says on the page who has done the job."""
    try:
        reasons = {name.removeprefix(MISSING): str(why) for name, why in entered.items() if name.startswith(MISSING)}
        missing = {name: why for name, why in reasons.items() if why.strip()}
        return JobForm(fields=dict(fields), note=str(entered.get("note") or "") or None, missing=missing)
    except ValidationError as wrong:
        found = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
        raise RequestValidationError(found, body=entered) from None
