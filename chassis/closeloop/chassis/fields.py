"""Values of the fields of forms and registers: whether they are what the field is for."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from pydantic import ValidationError

from closeloop.chassis.conditions import Condition
from closeloop.chassis.i18n import _
from closeloop.contracts.personal import Attachment
from closeloop.contracts.procedure.fact import FormField

LONGEST_LINE = 500
LONGEST_TEXT = 10_000
FULL_POINTS = 100
MOST_ROWS = 200
_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
_TRUTHS = {"true": True, "yes": True, "false": False, "no": False}


def fitting(about: FormField, value: Any) -> Any:
    """The value as it is kept; `ValueError` with the sentence that says what to write instead."""
    return _BY_TYPE[about.type](about, value)


def _text(about: FormField, value: Any, longest: int = LONGEST_LINE) -> str:
    if not isinstance(value, str):
        raise ValueError(_("Please give text."))
    text = value.strip()
    if len(text) > longest:
        raise ValueError(_("Please shorten this to {count} characters.", count=longest))
    if "\x00" in text:
        raise ValueError(_("This text holds a character that nobody can read. Write it again."))
    return text


def _long_text(about: FormField, value: Any) -> str:
    return _text(about, value, LONGEST_TEXT)


def _number(about: FormField, value: Any) -> int | float:
    wrong = ValueError(_("Please give a number."))
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise wrong from None
    if not math.isfinite(number) or abs(number) > 1e15:
        raise wrong
    return int(number) if number == int(number) else number


def _truth(about: FormField, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().lower() in _TRUTHS:
        return _TRUTHS[value.strip().lower()]
    raise ValueError(_("Please answer true or false."))


def _moment(about: FormField, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.isoformat()
    except (TypeError, ValueError):
        pass
    raise ValueError(_("Please give a date and time with its zone, like 2026-01-05T09:30:00+08:00."))


def _day(about: FormField, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError(_("Please give a date, like 2026-01-05.")) from None


def _choice(about: FormField, value: Any) -> str:
    if not isinstance(value, str) or value not in about.choices:
        raise ValueError(_("Please choose one of: {offered}.", offered=", ".join(about.choices)))
    return value


def _choices(about: FormField, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(_("Please give a list."))
    return [_choice(about, one) for one in value]


def _scale(about: FormField, value: Any) -> str:
    """A step of a scale; which steps there are says the questionnaire that froze them."""
    return _text(about, value)


def _points(about: FormField, value: Any) -> int | float:
    full = about.full_points or FULL_POINTS
    points = _number(about, value)
    if not 0 <= points <= full:
        raise ValueError(_("Please give points from 0 to {full}.", full=full))
    return points


def _desk(about: FormField, value: Any) -> str:
    """A department or role by its name; whether there is one says the procedure (`desk_misfit`)."""
    if not isinstance(value, str) or not _NAME.match(value):
        raise ValueError(_("Please name a department or role."))
    return value


def _desks(about: FormField, value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(_("Please give a list."))
    return list(dict.fromkeys(_desk(about, one) for one in value))


def _rows(about: FormField, value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > MOST_ROWS:
        raise ValueError(_("Please give at most {count} rows.", count=MOST_ROWS))
    return [_row(about, number, row) for number, row in enumerate(value, 1)]


def _row(about: FormField, number: int, row: Any) -> dict[str, Any]:
    """One row, column by column; a column that has to be filled is filled in every row."""
    if not isinstance(row, Mapping):
        raise ValueError(_("Row {number}: give its columns by their names.", number=number))
    kept: dict[str, Any] = {}
    for name in (*about.columns, *(name for name in row if name not in about.columns)):
        column, value = about.columns.get(name), row.get(name)
        if column is None:
            raise ValueError(_("Row {number} has no column {column}.", number=number, column=name))
        title = column.title.model_dump()
        if value in (None, "", []):
            if column.required:
                raise ValueError(_("Row {number}: please fill in “{column}”.", number=number, column=title))
            continue
        try:
            kept[name] = fitting(column, value)
        except ValueError as wrong:
            why = wrong.args[0]
            raise ValueError(_("Row {number}, {column}: {why}", number=number, column=title, why=why)) from None
    return kept


def must_be_given(about: FormField, said: Mapping[str, Any]) -> bool:
    """Whether a field cannot stay empty, by what stands in the others."""
    if about.required or about.required_when is None:
        return about.required
    known = {name: value for name, value in said.items() if value not in (None, "", [])}
    return bool(Condition(about.required_when.written).decide(known))


def asks_for_more(fields: Mapping[str, FormField], said: Mapping[str, Any], new: Collection[str]) -> str | None:
    """The first empty field that has to be filled because of what was said now; none if none has."""
    for name, about in fields.items():
        if about.required_when is None or said.get(name) not in (None, "", []):
            continue
        facts = Condition(about.required_when.written).facts_needed
        if not facts.isdisjoint(new) and must_be_given(about, said):
            return name
    return None


def as_fact(about: FormField, value: Any) -> Any:
    """What conditions may ask of a value: of rows the columns that tell about no person."""
    if about.type != "rows" or not isinstance(value, list):
        return value
    asked = [name for name, column in about.columns.items() if not column.personal]
    return [{name: row[name] for name in asked if name in row} for row in value]


def desk_misfit(about: FormField, value: Any, desks: Collection[str]) -> str | None:
    """The first desk that is named and not there; none if all are."""
    named = [value] if about.type == "desk" else value if about.type == "desks" else []
    return next((one for one in named if one not in desks), None)


def _attachment(about: FormField, value: Any) -> dict[str, Any]:
    """A photo or scan that was taken in, named by its hash; whether it was says whoever asks for the form."""
    try:
        named = Attachment.model_validate_json(value) if isinstance(value, str) else Attachment.model_validate(value)
    except ValidationError:
        raise ValueError(_("Please upload the file first, then name it by its hash, size and type.")) from None
    return named.model_dump(mode="json")


def _elsewhere(about: FormField, value: Any) -> Any:
    raise ValueError(_("This is not filled in here. Leave it out."))


_BY_TYPE: dict[str, Callable[[FormField, Any], Any]] = {
    "text": _text,
    "long_text": _long_text,
    "number": _number,
    "money": _number,
    "truth": _truth,
    "moment": _moment,
    "day": _day,
    "choice": _choice,
    "choices": _choices,
    "scale": _scale,
    "points": _points,
    "desk": _desk,
    "desks": _desks,
    "rows": _rows,
    "signature": _elsewhere,
    "attachment": _attachment,
}
