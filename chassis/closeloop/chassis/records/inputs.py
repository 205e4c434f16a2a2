"""Fields of forms on pages: what is asked for each, and what a browser sends back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.packs import Pack
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form

FIELDS = "fields."
"""Before the name of a field, so that it is never taken for what else stands on a page."""


MARK = "rows"
"""What a page sends for a field of rows besides the rows, so that no row is an answer too."""
AT_HAND, IN_RESERVE = 3, 12
"""Empty rows that stand on a page, and those that are opened where they do not suffice."""


def inputs(pack: Pack, form: Form, names: Iterable[str], standing: Mapping[str, Any]) -> list[dict[str, Any]]:
    """These fields as a page asks for them (`chassis/filling.html`), with what stands there already."""
    return [_input(pack, FIELDS + name, form.fields[name], standing.get(name)) for name in names]


def _input(pack: Pack, name: str, about: FormField, standing: Any) -> dict[str, Any]:
    """One field as a page asks for it; of rows those that are there, and some that are empty."""
    if about.type == "rows":
        there = list(standing or ())
        rows = [_row(pack, name, i, about, row) for i, row in enumerate([*there, *({} for _ in range(AT_HAND))])]
        more = [_row(pack, name, i + len(rows), about, {}) for i in range(IN_RESERVE)]
        return {**_said(name, about), "rows": rows, "more": more}
    options = [(value, choice.title.model_dump()) for value, choice in about.choices.items()]
    if about.type in ("desk", "desks"):
        options = [(desk, pack.title_of(desk).model_dump()) for desk in (*pack.head.departments, *pack.head.roles)]
    kind = {"desk": "choice", "desks": "choices"}.get(about.type, about.type)
    value = json.dumps(standing) if kind == "attachment" and standing else _as_entered(standing)
    return {**_said(name, about), "type": kind, "value": value, "options": options}


def _row(pack: Pack, name: str, number: int, about: FormField, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [_input(pack, f"{name}.{number}.{column}", said, row.get(column)) for column, said in about.columns.items()]


def _said(name: str, about: FormField) -> dict[str, Any]:
    return {
        "name": name,
        "label": about.title.model_dump(),
        "type": about.type,
        "hint": about.help.model_dump() if about.help else "",
        "required": about.required,
        "unit": about.unit or "",
    }


def from_page(form: Form, entered: FormData) -> dict[str, Any]:
    """What a page sends, by the names of the form; a browser's moment is meant in the organisation's own zone."""
    said: dict[str, Any] = {}
    for name, about in form.fields.items():
        if about.type == "rows":
            if f"{FIELDS}{name}.{MARK}" in entered:
                said[name] = _rows_from(name, about, entered)
        elif (value := _value_from(FIELDS + name, about, entered)) is not None:
            said[name] = value
    return said


def as_sent(about: FormField, value: Any) -> Any:
    """A field of rows as a page sends it, gathered by the number of each row, is a list like that of a program."""
    if about.type in ("choices", "desks") and isinstance(value, str):
        return [value]
    if about.type != "rows" or not isinstance(value, Mapping):
        return value
    rows = [value[number] for number in sorted(value, key=lambda number: int(number) if number.isdigit() else 0)]
    written = [{name: cell for name, cell in row.items() if cell != ""} for row in rows if isinstance(row, Mapping)]
    return [row for row in written if row]


def _value_from(name: str, about: FormField, entered: FormData) -> Any:
    values = [value for value in entered.getlist(name) if isinstance(value, str) and value.strip()]
    if not values:
        return None
    if about.type in ("choices", "desks"):
        return values
    return _with_zone(values[-1]) if about.type == "moment" else values[-1]


def _rows_from(name: str, about: FormField, entered: FormData) -> list[dict[str, Any]]:
    """The rows in which something was written; that there is none is an answer as well."""
    begun = {key.split(".")[2] for key in entered if key.startswith(f"{FIELDS}{name}.") and key.count(".") == 3}
    rows = []
    for number in sorted(begun, key=lambda number: int(number) if number.isdigit() else 0):
        cells = {
            column: _value_from(f"{FIELDS}{name}.{number}.{column}", said, entered)
            for column, said in about.columns.items()
        }
        if row := {column: value for column, value in cells.items() if value is not None}:
            rows.append(row)
    return rows


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
