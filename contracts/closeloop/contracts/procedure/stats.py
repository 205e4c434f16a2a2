"""stats.yaml: what is counted, against which target."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part, Period
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.number import Number
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
    """What the figure should be; what a role may set counts as it was when the period began."""

    at_least: Number | None = None
    """This or more."""
    at_most: Number | None = None
    """This or less."""
    below: Number | None = None
    """Less than this."""


class Indicator(Entry):
    """A figure of the procedure."""

    title: Text
    """What people call it."""
    coverage: Name | None = None
    """The coverage of callback.yaml whose rate it is: cases, exempted cases and share count as that says."""
    numerator: Count | None = None
    """Above the line; left out where the figure is the rate of a coverage."""
    denominator: Count | None = None
    """Below the line; none if it is a plain count."""
    when: Condition = ALWAYS
    """Cases that count: kind, basic_kind, channel, place, facets."""
    by_day: Literal["received", "handled", "closed"] = "received"
    """The day by which a case belongs to a period."""
    per: tuple[Period, ...] = ("month",)
    """Periods for which it is shown."""
    judged_per: Period | None = None
    """Period at whose end its clauses are judged; none if the first for which it is shown."""
    settles: Length = Length(number=1, unit="working days")
    """How long after the period's end it is judged, so that what was still in time is in it."""
    unit: Literal["percent", "count", "points"] = "percent"
    """Its unit."""
    target: Target | None = None
    """What it should be."""

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Self:
        if self.coverage is None and self.numerator is None:
            raise ValueError("say what is counted (numerator: {of: [...]}), or whose rate it is (coverage: complaints)")
        said = self.model_fields_set & {"numerator", "denominator", "when", "by_day", "target"}
        if self.coverage is not None and said:
            raise ValueError(f"the coverage {self.coverage} says {', '.join(sorted(said))}; leave that out here")
        return self

    @property
    def judged(self) -> Period:
        """The period at whose end its clauses are judged."""
        return self.judged_per or self.per[0]


class Pareto(Entry):
    """How cases fall into the values of a facet, the most frequent first."""

    title: Text
    """What people call it."""
    facet: Name
    """Facet whose values are counted."""
    when: Condition = ALWAYS
    """Cases that count: kind, basic_kind, channel, place, facets."""
    by_day: Literal["received", "handled", "closed"] = "received"
    """The day by which a case belongs to a period."""


class Stats(Part):
    """What is counted."""

    indicators: dict[Name, Indicator] = Field(default_factory=dict)
    """Indicators."""
    paretos: dict[Name, Pareto] = Field(default_factory=dict)
    """Causes and the like, by how often they occur."""
