"""The columns of the register that other departments fill: where a case went, and how its callback stands."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from closeloop.chassis.hearing import Hears
from closeloop.chassis.rows import keeps
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackPlanned, CallbackWaived
from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.event import Event
from closeloop.contracts.vocabulary import CallbackOutcome

hears = Hears()


@keeps("register_columns", key="id", under="register:", indexes=[("case_id",)])
class Columns:
    """What the others told about one case, as the register has columns for it; the newest word counts."""

    id: str
    case_id: str
    forwarded_to: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
    callback_due_at: datetime | None = None
    asked_at: datetime | None = None
    outcome: CallbackOutcome | None = None
    waived_for: str | None = None
    is_to_be_asked: bool = False
    """Whether a callback is planned and nobody has asked yet."""


def beside(case: str) -> str:
    """A key of its own: what stands in these columns moves no case, and no case is read for it."""
    return f"register:{case}"


def beside_the_case(event: Event) -> tuple[str, ...]:
    """The key of the columns of the case that is told of."""
    return (beside(event.key),)


@hears(keys=beside_the_case)
def note_where_it_went(duty: DutyIssued, work: Work) -> None:
    """The sheet or order that carries the case, and the desk that got it."""
    columns = columns_of(duty, work)
    sheet = f"{duty.form}:{duty.number}"
    if duty.desk not in columns.forwarded_to:
        columns.forwarded_to = [*columns.forwarded_to, duty.desk]
    if sheet not in columns.sheets:
        columns.sheets = [*columns.sheets, sheet]


@hears(keys=beside_the_case)
def note_the_plan(callback: CallbackPlanned, work: Work) -> None:
    """The customer will be asked until then."""
    columns = columns_of(callback, work)
    columns.callback_due_at, columns.waived_for, columns.is_to_be_asked = callback.due_at, None, True


@hears(keys=beside_the_case)
def note_the_waiver(callback: CallbackWaived, work: Work) -> None:
    """Nobody asks this customer, and why."""
    columns = columns_of(callback, work)
    columns.waived_for, columns.is_to_be_asked = callback.reason, False


def columns_of(event: Event, work: Work) -> Columns:
    """The columns of the case that is told of."""
    key = beside(event.key)
    return work.maybe(Columns, key=key) or work.add(Columns(key, event.key))
