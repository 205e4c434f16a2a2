"""Periods as people name them: 2026-01-05, 2026-W03, 2026-01, 2026-Q1, 2026-H1, 2026; in the time of the place."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from closeloop.chassis.i18n import _
from closeloop.contracts.procedure.entry import Period as PeriodKind


class BadPeriod(ValueError):
    """This is not the name of a period; the sentence says how one is written."""

    def __init__(self, text: str) -> None:
        self.sentence = _(
            "{text} is not a period: write a week like 2026-W03, a month like 2026-01 or a year like 2026.",
            text=text[:40],
        )
        super().__init__(self.sentence)


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its two ends: it contains what is at or after its start and before its end."""

    name: str
    kind: PeriodKind
    first: date
    after: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        return _midnight(self.after, self.zone)

    @property
    def last(self) -> date:
        return self.after - timedelta(days=1)

    @property
    def previous(self) -> "Span":
        """The period before this one."""
        return period_of(self.kind, self.first - timedelta(days=1), self.zone)

    @property
    def next(self) -> "Span":
        """The period after this one."""
        return period_of(self.kind, self.after, self.zone)

    @property
    def others(self) -> list["Span"]:
        """The same time as week, month and year."""
        kinds: tuple[PeriodKind, ...] = ("week", "month", "year")
        return [period_of(kind, self.last, self.zone) for kind in kinds if kind != self.kind]

    @property
    def title(self) -> dict[str, str]:
        """What people call it."""
        zh, en = _TITLES[self.kind](self)
        return {"zh": zh, "en": en}

    def parts(self) -> list["Span"]:
        """The days of a week or month, the months of anything longer."""
        kind: PeriodKind = "day" if self.kind in ("day", "week", "month") else "month"
        parts, day = [], self.first
        while day < self.after:
            part = period_of(kind, day, self.zone)
            parts.append(part)
            day = part.after
        return parts


_WRITTEN: dict[PeriodKind, str] = {
    "day": r"((?:19|20)\d{2})-(\d{2})-(\d{2})",
    "week": r"((?:19|20)\d{2})-W(\d{2})",
    "month": r"((?:19|20)\d{2})-(\d{2})",
    "quarter": r"((?:19|20)\d{2})-Q([1-4])",
    "half_year": r"((?:19|20)\d{2})-H([12])",
    "year": r"((?:19|20)\d{2})",
}
_MONTHS: dict[PeriodKind, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


def read_period(text: str, zone: ZoneInfo) -> Span:
    """The period of this name; `BadPeriod` if there is none."""
    for kind, pattern in _WRITTEN.items():
        if found := re.fullmatch(pattern, text, re.ASCII):
            try:
                return period_of(kind, _first(kind, [int(part) for part in found.groups()]), zone)
            except (ValueError, OverflowError):
                break
    raise BadPeriod(text)


def period_of(kind: PeriodKind, day: date, zone: ZoneInfo) -> Span:
    """The period of this kind that the day belongs to."""
    if kind == "day":
        return Span(day.isoformat(), kind, day, day + timedelta(days=1), zone)
    if kind == "week":
        year, week, weekday = day.isocalendar()
        monday = day - timedelta(days=weekday - 1)
        return Span(f"{year:04}-W{week:02}", kind, monday, monday + timedelta(days=7), zone)
    months = _MONTHS[kind]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    beyond = first.month + months
    after = date(first.year + (beyond > 12), (beyond - 1) % 12 + 1, 1)
    part = (first.month - 1) // months + 1
    name = {
        "month": f"{first.year:04}-{first.month:02}",
        "quarter": f"{first.year:04}-Q{part}",
        "half_year": f"{first.year:04}-H{part}",
        "year": f"{first.year:04}",
    }[kind]
    return Span(name, kind, first, after, zone)


def _first(kind: PeriodKind, said: list[int]) -> date:
    match kind:
        case "day":
            return date(*said)
        case "week":
            return date.fromisocalendar(said[0], said[1], 1)
        case "year":
            return date(said[0], 1, 1)
        case _:
            return date(said[0], (said[1] - 1) * _MONTHS[kind] + 1, 1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


_TITLES: dict[PeriodKind, Callable[[Span], tuple[str, str]]] = {
    "day": lambda span: (
        f"{span.first.year}年{span.first.month}月{span.first.day}日",
        f"{span.first.day} {span.first:%B %Y}",
    ),
    "week": lambda span: (
        f"{span.name[:4]}年第{int(span.name[-2:])}周（{span.first:%m.%d}–{span.last:%m.%d}）",
        f"Week {int(span.name[-2:])} of {span.name[:4]} "
        f"({span.first.day} {span.first:%b} to {span.last.day} {span.last:%b})",
    ),
    "month": lambda span: (f"{span.first.year}年{span.first.month}月", f"{span.first:%B %Y}"),
    "quarter": lambda span: (
        f"{span.first.year}年第{span.name[-1]}季度",
        f"Quarter {span.name[-1]} of {span.first.year}",
    ),
    "half_year": lambda span: (
        f"{span.first.year}年{'上下'[int(span.name[-1]) - 1]}半年",
        f"Half {span.name[-1]} of {span.first.year}",
    ),
    "year": lambda span: (f"{span.first.year}年", f"{span.first.year}"),
}
