"""A questionnaire as a page asks it, and what the page sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from starlette.datastructures import FormData

from closeloop.chassis.fields import FULL_POINTS
from closeloop.chassis.i18n import _
from closeloop.survey.questionnaire import steps_of

TEXTS = ("text", "long_text")
MANY = "choices"


def fields_of(questionnaire: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every field with what may be chosen."""
    for name, field in questionnaire["fields"].items():
        kind = field["type"]
        options: list[tuple[str, Any]] = []
        if kind == "scale":
            options = [(value, step["title"]) for value, step in steps_of(questionnaire, field).items()]
        elif kind in ("choice", "choices"):
            options = [(value, choice["title"]) for value, choice in field["choices"].items()]
        elif kind == "truth":
            options = [("true", _("Yes")), ("false", _("No"))]
        yield {
            "name": name,
            "text": field["title"],
            "type": kind,
            "options": options,
            "many": kind == MANY,
            "required": bool(field.get("required")),
            "full": field.get("full_points") or FULL_POINTS,
        }


def said_on_page(form: FormData, prefix: str = "") -> dict[str, Any]:
    """Field to what was chosen or written; a field that was ticked more than once is a list."""
    said: dict[str, Any] = {}
    for name in form:
        values = [value for value in form.getlist(name) if isinstance(value, str)]
        if name.startswith(prefix) and values:
            said[name.removeprefix(prefix)] = values if len(values) > 1 else values[0]
    return said
