"""Forms that the survey fills by itself: what it knows stands in the fields that say where they come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form


def filled(form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """Field to what is known of it."""
    found = {name: known.get(source_of(field) or "") for name, field in form.fields.items()}
    return {name: value for name, value in found.items() if value not in (None, "", [], {})}


def source_of(field: FormField) -> str | None:
    """Where a field says that it comes from; none if somebody fills it in."""
    source: str | None = getattr(field, "from_", None) or getattr(field, "from_case", None)
    return source
