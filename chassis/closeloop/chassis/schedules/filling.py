"""The form of a job as people fill it in: whether every field holds what it is for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import FormData

from closeloop.chassis.fields import fitting
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.schedules.doing import JobForm
from closeloop.contracts.procedure.form import Form

FIELDS = "fields."


def filled(
    form: Form, entered: Mapping[str, Any], *, standing: Mapping[str, Any] | None = None, body: Any = None
) -> dict[str, Any]:
    """What was entered, as it is kept; what does not fit, or stands nowhere yet, is said beside each field."""
    kept: dict[str, Any] = {}
    misfits: list[dict[str, Any]] = []
    for name in [*form.fields, *(name for name in entered if name not in form.fields)]:
        value, about = entered.get(name), form.fields.get(name)
        try:
            if about is None:
                raise ValueError(_("There is no such field here. Leave it out."))
            if value not in (None, "", []):
                kept[name] = fitting(about, value)
            elif about.required and not (standing or {}).get(name):
                raise ValueError(_("Please fill this in."))
        except ValueError as wrong:
            ctx = {"error": wrong}
            misfits.append({"type": "value_error", "loc": ("body", "fields", name), "input": value, "ctx": ctx})
    if misfits:
        raise RequestValidationError(misfits, body=body)
    return kept


def from_page(form: Form, entered: FormData) -> dict[str, Any]:
    """What a page sends, by the names of the form; a browser's moment is meant in the organisation's own zone."""
    said: dict[str, Any] = {}
    for name, about in form.fields.items():
        values = [value for value in entered.getlist(FIELDS + name) if isinstance(value, str) and value.strip()]
        if values:
            said[name] = values if about.type == "choices" else values[-1]
            if about.type == "moment":
                said[name] = _with_zone(values[-1])
    return said


def said_on_page(fields: Mapping[str, Any], entered: FormData) -> JobForm:
    """What a person says on the page who has done the job."""
    try:
        return JobForm(fields=dict(fields), note=str(entered.get("note") or "") or None)
    except ValidationError as wrong:
        found = [{**error, "loc": ("body", *error["loc"])} for error in wrong.errors(include_url=False)]
        raise RequestValidationError(found, body=entered) from None


def _with_zone(written: str) -> str:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return (moment if moment.tzinfo else moment.replace(tzinfo=HOME_ZONE)).isoformat()
