"""stats.yaml: what is counted, against which target."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part, Period
from closeloop.contracts.vocabulary import Text


class Counted(StrEnum):
    """What stats can count; each opens into its cases, duties or sheets."""

    CASES_RECEIVED = "cases_received"
    CASES_HANDLED = "cases_handled"
    CASES_CLOSED = "cases_closed"
    CASES_REOPENED = "cases_reopened"
    CASES_EXEMPTED = "cases_exempted"
    CASES_CALLED_BACK = "cases_called_back"
    CASES_SATISFIED = "cases_satisfied"
    CASES_DISSATISFIED = "cases_dissatisfied"
    DUTIES_ISSUED = "duties_issued"
    DUTIES_RETURNED = "duties_returned"
    DUTIES_RETURNED_IN_TIME = "duties_returned_in_time"
    LIMITS_KEPT = "limits_kept"
    LIMITS_MISSED = "limits_missed"
    SHEETS_SENT = "sheets_sent"
    SHEETS_RETURNED = "sheets_returned"
    ITEMS_QUALIFIED = "items_qualified"
    ITEMS_DISSATISFIED = "items_dissatisfied"


class Count(Part):
    """What stands above or below the line of a rate."""

    of: tuple[Counted, ...] = Field(min_length=1)
    """What is counted, added up."""
    less: tuple[Counted, ...] = ()
    """What is taken away, shown beside the figure."""


class Target(Part):
    """What the figure should be."""

    at_least: int | float | None = None
    """This or more."""
    at_most: int | float | None = None
    """This or less."""
    below: int | float | None = None
    """Less than this."""
    parameter: Name | None = None
    """Or: parameter of the head that says at least how much."""


class Indicator(Entry):
    """A figure of the procedure."""

    title: Text
    """What people call it."""
    numerator: Count
    """Above the line."""
    denominator: Count | None = None
    """Below the line; none if it is a plain count."""
    when: Condition = ALWAYS
    """Cases that count: kind, basic_kind, channel, place, facets."""
    by_day: Literal["received", "handled", "closed"] = "received"
    """The day by which a case belongs to a period."""
    per: tuple[Period, ...] = ("month",)
    """Periods for which it is shown."""
    unit: Literal["percent", "count", "points"] = "percent"
    """Its unit."""
    target: Target | None = None
    """What it should be."""


class Stats(Part):
    """What is counted."""

    indicators: dict[Name, Indicator] = Field(default_factory=dict)
    """Indicators."""
