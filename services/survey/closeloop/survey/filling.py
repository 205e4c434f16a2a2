"""Forms that the survey fills by itself: what it knows stands in the fields that say where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form


def filled(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """Field to what is known of it."""
    found = {name: _as_written(field, known.get(field.from_ or "")) for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def _as_written(field: FormField, value: Any) -> Any:
    """Rows stand in a field of rows under its columns, and in a field of text one on a line."""
    if not isinstance(value, list):
        return value
    if field.type == "rows":
        return [{name: row[name] for name in field.columns if row.get(name) not in (None, "")} for row in value]
    return "\n".join(" ".join(str(one) for one in row.values() if one not in (None, "")) for row in value)
