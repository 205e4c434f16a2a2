"""Forms that the survey fills by itself: what it knows stands in the fields that say where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form


def filled(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """Field to what is known of it."""
    found = {name: _as_written(field, known.get(source_of(field) or "")) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def source_of(field: FormField) -> str | None:
    """Where a field says that it comes from; none if somebody fills it in."""
    return field.from_


def _as_written(field: FormField, value: Any) -> Any:
    """Rows stand in a field of rows as they are, and in a field of text one on a line."""
    if isinstance(value, list) and field.type in ("text", "long_text"):
        lines = [" ".join(str(one) for one in row.values() if one not in (None, "")) for row in value]
        return "\n".join(lines)
    return value
