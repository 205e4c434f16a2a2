"""Small marks in the text of a page: labels of table cells, grouped numbers."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from babel.numbers import format_decimal
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from closeloop.chassis.i18n import in_words

_CELL = re.compile(r"<td(?=[\s>])")


@pass_context
def labelled(context: Context, cells: Markup, columns: Sequence[Any]) -> Markup:
    """The cells of a row, each with the name of its column: on a phone a row is read as a card."""
    names: Iterator[Any] = iter(columns)

    def with_its_name(_cell: re.Match[str]) -> str:
        name = escape(in_words(next(names, ""), context["lang"]))
        return f'<td role="cell" data-label="{name}"'

    return Markup(_CELL.sub(with_its_name, str(cells)))


@pass_context
def number(context: Context, value: Any) -> str:
    """A number with its thousands grouped."""
    return "" if value is None else str(format_decimal(value, locale="zh_CN" if context["lang"] == "zh" else "en_GB"))
