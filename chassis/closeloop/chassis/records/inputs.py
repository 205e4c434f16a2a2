"""Fields of forms on pages: what is asked for each, and what a browser sends back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form

FIELDS = "fields."
"""Before the name of a field, so that it is never taken for what else stands on a page."""


def inputs(form: Form, names: Iterable[str], standing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """These fields as a page asks for them, with what stands there already."""
    return [input_of(name, form.fields[name], standing.get(name)) for name in names]


def input_of(name: str, about: FormField, standing: Any) -> dict[str, Any]:
    """One field as a page asks for it."""
    return {
        "name": FIELDS + name,
        "label": about.title.model_dump(),
        "type": about.type,
        "value": _as_entered(standing),
        "hint": about.help.model_dump() if about.help else "",
        "required": about.required,
        "unit": about.unit or "",
        "options": [(value, choice.title.model_dump()) for value, choice in about.choices.items()],
    }


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


def _as_entered(standing: Any) -> Any:
    """What stands there already, as a page would send it."""
    if isinstance(standing, bool):
        return "true" if standing else "false"
    return "" if standing is None else standing


def _with_zone(written: str) -> str:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return written
    return (moment if moment.tzinfo else moment.replace(tzinfo=HOME_ZONE)).isoformat()
