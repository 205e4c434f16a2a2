"""What a trial of the long form found, one line for each thing that was looked at, and the table of all of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

SHOWN = 100
"""Letters of the first finding; what a trial says while it runs has all of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at: what it came to, and what it has to be; without a bound it only accompanies."""

    what: str
    value: str
    bound: str = ""
    holds: bool = True


def counted(what: str, findings: Sequence[object]) -> Line:
    """A line for what a checker found, which has to be nothing."""
    said = "0" if not findings else f"{len(findings)}: {' '.join(str(findings[0]).split())[:SHOWN]}"
    return Line(what, said, "0", not findings)


def table(trials: Sequence[tuple[str, float, Sequence[Line]]]) -> str:
    """All trials, each with how long it took."""
    rows = [("trial", "what", "value", "has to be", "holds")]
    for name, seconds, lines in trials:
        head = f"{name} ({seconds:.0f} s)"
        for line in lines:
            holds = ("yes" if line.holds else "NO") if line.bound else ""
            rows.append((head, line.what, line.value, line.bound, holds))
            head = ""
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    said = ("  ".join(_wide(cell, width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in said)


def _wide(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """How many columns of a terminal it takes: Chinese takes two each."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
