"""Why a value does not fit, in a person's words: one clear sentence per field, whatever the checker calls it."""

from collections.abc import Callable, Mapping
from typing import Any

from closeloop.chassis.i18n import Sentence, _

_PLACES = ("body", "query", "path", "header", "cookie")
Misfit = Mapping[str, Any]


def field_of(error: Misfit) -> str:
    """The field that is meant, as the sender wrote it: `customer.phone`, `items.2`."""
    steps = [str(step) for step in error["loc"]]
    if steps and steps[0] in _PLACES:
        steps = steps[1:]
    return ".".join(step for step in steps if step.isidentifier() or step.isdigit() or "-" in step)


def _count(error: Misfit, name: str) -> Any:
    return error.get("ctx", {}).get(name)


def _offered(error: Misfit) -> str:
    return str(_count(error, "expected")).replace(" or ", ", ").replace("'", "")


_WHOLE = _("Please give a whole number.")
_NUMBER = _("Please give a number.")
_MOMENT = _("Please give a date and time with its zone, like 2026-01-05T09:30:00+08:00.")
_DAY = _("Please give a date, like 2026-01-05.")
_TEXT = _("Please give text.")
_YES_NO = _("Please answer true or false.")
_LIST = _("Please give a list.")
_OBJECT = _("Please give an object with named fields.")
_FILL_IN = _("Please fill this in.")

_FIXED: dict[str, Sentence] = {
    "missing": _FILL_IN,
    "int_parsing": _WHOLE,
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _("This number is too large."),
    "float_parsing": _NUMBER,
    "float_type": _NUMBER,
    "finite_number": _NUMBER,
    "decimal_parsing": _NUMBER,
    "decimal_type": _NUMBER,
    "string_type": _TEXT,
    "string_unicode": _("This text is not UTF-8."),
    "string_pattern_mismatch": _("This is not written as expected."),
    "bool_parsing": _YES_NO,
    "bool_type": _YES_NO,
    "timezone_aware": _MOMENT,
    "datetime_past": _("This moment must not lie in the future."),
    "date_past": _("This day must not lie in the future."),
    "datetime_future": _("This moment must lie in the future."),
    "date_future": _("This day must lie in the future."),
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "extra_forbidden": _("There is no such field here. Leave it out."),
    "none_required": _("Leave this empty."),
    "uuid_parsing": _("This is not a valid id."),
    "url_parsing": _("This is not a valid web address."),
}
_BY_BEGINNING: dict[str, Sentence] = {
    "datetime_": _MOMENT,
    "date_": _DAY,
    "time_": _("Please give a time, like 09:30."),
}
_COUNTING: dict[str, Callable[[Misfit], Sentence]] = {
    "string_too_long": lambda e: _("Please shorten this to {count} characters.", count=_count(e, "max_length")),
    "too_long": lambda e: _("Please name at most {count}.", count=_count(e, "max_length")),
    "too_short": lambda e: _("Please name at least {count}.", count=_count(e, "min_length")),
    "greater_than": lambda e: _("This must be more than {limit}.", limit=_count(e, "gt")),
    "greater_than_equal": lambda e: _("This must be at least {limit}.", limit=_count(e, "ge")),
    "less_than": lambda e: _("This must be less than {limit}.", limit=_count(e, "lt")),
    "less_than_equal": lambda e: _("This must be at most {limit}.", limit=_count(e, "le")),
    "enum": lambda e: _("Please choose one of: {offered}.", offered=_offered(e)),
    "literal_error": lambda e: _("Please choose one of: {offered}.", offered=_offered(e)),
}


def a_sentence_for(error: Misfit) -> Sentence:
    """What is wrong with the value, and what to write instead."""
    kind = str(error["type"])
    if kind == "string_too_short":
        least = _count(error, "min_length")
        empty = not str(error.get("input") or "").strip()
        return _FILL_IN if empty else _("Please write at least {count} characters.", count=least)
    if kind == "value_error" and isinstance(said := _count(error, "error"), ValueError) and said.args:
        return said.args[0] if isinstance(said.args[0], Sentence) else Sentence("{said}", {"said": str(said.args[0])})
    if kind in _COUNTING:
        return _COUNTING[kind](error)
    if kind in _FIXED:
        return _FIXED[kind]
    for beginning, sentence in _BY_BEGINNING.items():
        if kind.startswith(beginning):
            return sentence
    return _("This value does not fit here.")
