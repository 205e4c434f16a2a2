"""What stands in a field of a form, in the reader's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import _, in_words, is_text
from closeloop.chassis.packs import Pack
from closeloop.contracts.procedure.fact import FormField

EMPTY: tuple[Any, ...] = (None, "", [], {})


def in_field(pack: Pack, field: FormField, value: Any) -> Any:
    """A value as people read it under this field; nothing for an empty one."""
    if value in EMPTY:
        return ""
    if is_text(value):
        return value
    if field.type == "rows" and isinstance(value, list):
        return _in_rows(pack, field, value)
    if field.type in ("desk", "desks"):
        return _listed([_desk(pack, one) for one in (value if isinstance(value, list) else [value])])
    if isinstance(value, list):
        return _listed([in_field(pack, field, one) for one in value])
    match field.type:
        case "moment":
            return datetime.fromisoformat(str(value))
        case "day":
            return date.fromisoformat(str(value)[:10])
        case "truth":
            return _("Yes") if value in (True, "true") else _("No")
        case "money" if isinstance(value, Mapping):
            return f"{value.get('amount')} {value.get('currency') or field.unit or ''}".strip()
        case "attachment" if isinstance(value, Mapping):
            return f"{value.get('type', '')} {str(value.get('hash', ''))[:12]}".strip()
    if field.from_case is not None and (title := _of_case(pack, field.from_case, str(value))) is not None:
        return title
    scale = pack.survey.said.scales.get(field.scale or "")
    if scale is not None and str(value) in scale.answers:
        return scale.answers[str(value)].title.model_dump()
    if str(value) in field.choices:
        return field.choices[str(value)].title.model_dump()
    return f"{value} {field.unit}" if field.unit and field.type == "number" else str(value)


def _of_case(pack: Pack, what: str, value: str) -> dict[str, str] | None:
    """The name of a channel, kind, place or value of a facet; none for anything else."""
    if what == "channel" and value in pack.intake.channels:
        return pack.intake.channels[value].title.model_dump()
    if what == "kind" and value in pack.intake.kinds:
        return pack.intake.kinds[value].title.model_dump()
    facet = pack.intake.said.facets.get(what)
    if facet is not None and value in facet.values:
        return facet.values[value].title.model_dump()
    running = here.get(None) if what == "place" else None
    place = running.people.organisation.place(value) if running is not None else None
    return place.name.model_dump() if place is not None else None


def _desk(pack: Pack, name: Any) -> Any:
    known = name in pack.head.departments or name in pack.head.roles
    return pack.title_of(str(name)).model_dump() if known else str(name)


def _in_rows(pack: Pack, field: FormField, rows: list[Mapping[str, Any]]) -> Any:
    """Rows in one field: one on a line, column by column."""
    if not rows:
        return _("None")
    cells = [[in_field(pack, column, row.get(name)) for name, column in field.columns.items()] for row in rows]
    said: dict[str, str] = {}
    for lang, comma in (("zh", "，"), ("en", ", ")):
        lines = [comma.join(word for cell in line if (word := in_words(cell, lang))) for line in cells]
        said[lang] = "\n".join(lines) if len(lines) == 1 else "\n".join(f"{i}. {one}" for i, one in enumerate(lines, 1))
    return said


def _listed(words: list[Any]) -> dict[str, str]:
    """Several things in one field."""
    return {"zh": "、".join(in_words(word, "zh") for word in words), "en": ", ".join(in_words(w, "en") for w in words)}
