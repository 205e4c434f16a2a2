"""What was entered about a person, and how they stand by it: sums over their history, in months of the calendar."""

from __future__ import annotations

import calendar as months
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from closeloop.chassis.rows import keeps
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.qualifications import Qualification

A_DAY = timedelta(days=1)
Stretch = tuple[date, date]


class What(StrEnum):
    """What a record about a person says."""

    TRAINING = "training"
    ASSESSMENT = "assessment"


class Standing(StrEnum):
    """How somebody stands by a qualification."""

    IN_TRAINING = "in_training"
    TO_BE_ASSESSED = "to_be_assessed"
    QUALIFIED = "qualified"
    RETRAINING = "retraining"


STANDING_WORDS: dict[str, dict[str, str]] = {
    "in_training": {"zh": "学习中", "en": "Still learning"},
    "to_be_assessed": {"zh": "待考核", "en": "To be assessed"},
    "qualified": {"zh": "合格", "en": "Qualified"},
    "retraining": {"zh": "须再次学习", "en": "To learn again"},
}


@keeps("person_records", key="key", index=("procedure", "qualification", "person"))
class PersonRecord:
    """One stretch of training, or one assessment, of one person."""

    id: str
    key: str
    person: str
    procedure: str
    qualification: str
    what: What
    from_on: date
    until_on: date
    passed: bool | None
    record_id: str
    entered_by: str
    entered_at: datetime


@dataclass(frozen=True, slots=True)
class Stands:
    """How somebody stands, with what is still missing and which clauses ask for it."""

    standing: Standing
    clauses: tuple[str, ...] = ()
    days_learnt: int = 0
    days_needed: int = 0
    last_on: date | None = None


def key_of(person: str) -> str:
    """The key of everything that is entered about a person."""
    return f"person:{person}"


def stands(records: Iterable[PersonRecord], rule: Qualification, today: date) -> Stands:
    """Learnt long enough, then passed; after a failure learnt again before passing again."""
    mine = list(records)
    stretches = [(one.from_on, min(one.until_on, today)) for one in mine if one.what is What.TRAINING]
    learnt, needed = days_of(stretches), days_needed(stretches, rule.training.least, today) if rule.training else 0
    tries = sorted((one for one in mine if one.what is What.ASSESSMENT), key=lambda one: (one.until_on, one.entered_at))
    last_on = tries[-1].until_on if tries else None
    if rule.training is not None and (not stretches or learnt < needed):
        return Stands(Standing.IN_TRAINING, rule.training.clauses, learnt, needed, last_on)
    failed = [one for one in tries if not one.passed]
    if failed and rule.retraining is not None:
        again = any(one.until_on > failed[-1].until_on for one in mine if one.what is What.TRAINING)
        passed_since = tries[-1].passed and again
        if not passed_since:
            return Stands(Standing.RETRAINING, rule.retraining.clauses, learnt, needed, last_on)
    if not tries or not tries[-1].passed:
        return Stands(Standing.TO_BE_ASSESSED, rule.assessment.clauses, learnt, needed, last_on)
    return Stands(Standing.QUALIFIED, (), learnt, needed, last_on)


def days_of(stretches: Sequence[Stretch]) -> int:
    """How many days were spent, each counted once where stretches overlap; the last day is one of them."""
    days, until = 0, date.min
    for start, end in sorted(stretches):
        start = max(start, until + A_DAY) if until > date.min else start
        if end >= start:
            days += (end - start).days + 1
            until = end
    return days


def days_needed(stretches: Sequence[Stretch], least: Length, today: date) -> int:
    """How many days the length is, counted from the first day of training."""
    first = min((start for start, _end in stretches), default=today)
    return (day_after(least, first) - first).days


def day_after(length: Length, since: date) -> date:
    """The day on which a length is over; the 31st of a month ends on the last day of a shorter one."""
    if length.unit in ("days", "weeks"):
        return since + timedelta(days=length.number * (7 if length.unit == "weeks" else 1))
    number = length.number * (12 if length.unit == "years" else 1)
    year, month = divmod(since.year * 12 + since.month - 1 + number, 12)
    return since.replace(year=year, month=month + 1, day=min(since.day, months.monthrange(year, month + 1)[1]))
