"""stats.yaml: what is counted, against which target."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part, Period
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.number import Number, Times
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
    ITEMS_UNANSWERED = "items_unanswered"

    @property
    def thing(self) -> str:
        """Of what it is a number: cases, duties, limits, sheets or items."""
        return self.value.partition("_")[0]


class Count(Part):
    """What stands above or below the line of a rate."""

    of: tuple[Counted, ...] = Field(min_length=1)
    """What is counted, added up."""
    when: Condition = ALWAYS
    """Cases that count on this side of the line, besides what the indicator asks of both."""
    about: tuple[Name, ...] = ()
    """Limits or duties of dispatch.yaml that count; all where none is named."""

    @model_validator(mode="after")
    def _is_about_one_thing(self) -> Self:
        things = sorted({one.thing for one in self.of})
        if self.about and things not in (["duties"], ["limits"]):
            raise ValueError(f"about: names limits or duties, and {' and '.join(things)} are counted here")
        return self


class LeftOut(Entry):
    """What counts neither above nor below the line, and is shown beside the figure."""

    of: tuple[Counted, ...] = Field(min_length=1)
    """What is left out: a case or sheet that has it adds nothing, items of answers are not counted."""


class Target(Part):
    """What the figure should be; what a role may set counts as it was when the period began."""

    at_least: Number | None = None
    """This or more."""
    at_most: Number | None = None
    """This or less."""
    below: Number | None = None
    """Less than this."""


Counting = Period | Literal["survey"]
"""For what a figure stands: a period of the calendar, or one survey from its first form to its closing."""

Side = Literal["numerator", "denominator"]
"""Above or below the line."""

Shown = Literal["figure", "table", "pareto"]
"""How a figure is shown: as a number, as a table of its groups, as bars with the most frequent first."""

GROUPS = ("place", "department", "kind", "channel")
"""By what figures may be grouped besides the facets of the procedure."""

OF_SHEETS = ("survey", "area")
"""By what figures of answer sheets may be grouped as well."""


class Indicator(Entry):
    """A figure of the procedure; a Pareto chart is a count by something, the most frequent first."""

    title: Text
    """What people call it."""
    coverage: Name | None = None
    """The coverage of callback.yaml whose rate it is: cases, exempted cases and share count as that says."""
    numerator: Count | None = None
    """Above the line; left out where the figure is the rate of a coverage."""
    denominator: Count | None = None
    """Below the line; none if it is a plain count."""
    left_out: LeftOut | None = None
    """What counts on neither side, shown beside the figure."""
    when: Condition = ALWAYS
    """Cases that count: kind, basic_kind, channel, place, facets."""
    by_day: Literal["received", "handled", "closed"] = "received"
    """The day by which a case belongs to a period."""
    per: tuple[Counting, ...] = ("month",)
    """Periods for which it is shown; of answer sheets also each survey by itself."""
    judged_per: Counting | None = None
    """Period at whose end its clauses are judged; none if the first for which it is shown."""
    settles: Length = Length(number=1, unit="working days")
    """How long after the period's end it is judged, so that what was still in time is in it."""
    unit: Literal["percent", "count", "points"] = "percent"
    """Its unit."""
    target: Target | None = None
    """What it should be; of a figure that is grouped, in each group."""
    by: tuple[Name, ...] = ()
    """What it is grouped by, each by itself: facets, place, department, kind, channel; of sheets survey and area."""
    shown_as: tuple[Shown, ...] = ()
    """How it is shown; none if as a number, and as a table where it is grouped."""

    @model_validator(mode="after")
    def _counts_one_thing(self) -> Self:
        if self.coverage is None and self.numerator is None:
            raise ValueError("say what is counted (numerator: {of: [...]}), or whose rate it is (coverage: complaints)")
        said = self.model_fields_set & {"numerator", "denominator", "left_out", "when", "by_day", "target"}
        if self.coverage is not None and said:
            raise ValueError(f"the coverage {self.coverage} says {', '.join(sorted(said))}; leave that out here")
        return self

    @model_validator(mode="after")
    def _leaves_out_what_it_does_not_count(self) -> Self:
        if self.left_out is None or self.numerator is None:
            return self
        counted = {*self.numerator.of, *(self.denominator.of if self.denominator else ())}
        for one in self.left_out.of:
            if one in counted:
                raise ValueError(f"{one} is left out and counted at once: take it from one of the two")
            if one.thing not in {each.thing for each in counted} or one.thing in ("duties", "limits"):
                raise ValueError(f"{one} cannot be left out of {', '.join(sorted(counted))}: they are no such things")
        return self

    @model_validator(mode="after")
    def _shows_groups_that_there_are(self) -> Self:
        if not self.by and {"table", "pareto"} & set(self.shown_as):
            raise ValueError("say by what it is grouped, such as by: [cause], or let it be shown as a figure")
        if "pareto" in self.shown_as and self.denominator is not None:
            raise ValueError("bars with the most frequent first show a count: leave out the denominator, or pareto")
        return self

    @model_validator(mode="after")
    def _counts_sheets_of_a_survey(self) -> Self:
        things = {one.thing for count in self.sides.values() for one in count.of}
        if "survey" in (*self.per, self.judged_per) and things - {"sheets", "items"}:
            raise ValueError("a survey has sheets and items only: leave survey out of per, or count sheets")
        return self

    @property
    def sides(self) -> dict[Side, Count]:
        """What stands above and below the line."""
        both: dict[Side, Count | None] = {"numerator": self.numerator, "denominator": self.denominator}
        return {side: count for side, count in both.items() if count is not None}

    @property
    def shown(self) -> tuple[Shown, ...]:
        """How it is shown."""
        return self.shown_as or (("figure", "table") if self.by else ("figure",))

    @property
    def judged(self) -> Counting:
        """The period at whose end its clauses are judged."""
        return self.judged_per or self.per[0]


class Alarm(Entry):
    """Figures that nobody may overlook: said once for each run, and once for each group."""

    title: Text
    """What people call it."""
    of: Name
    """The indicator that it watches."""
    each: Name | None = None
    """By what the indicator is grouped whose groups are watched, each by itself; none if the whole is watched."""
    per: Period
    """Periods whose figures are compared; said when the last of them is judged."""
    rises: Times | None = None
    """Raised when the figure has risen so often in a row: three rises are four figures, each above the one before."""
    above: Number | None = None
    """Raised when the figure is more than this and was not in the period before."""
    below: Number | None = None
    """Raised when the figure is less than this and was not in the period before."""
    figures: Literal["as_reported", "as_rerated"] = "as_reported"
    """By the figures as they were judged first; or as later facts have made them, then raised late or withdrawn."""

    @model_validator(mode="after")
    def _watches_for_one_thing(self) -> Self:
        if sum(one is not None for one in (self.rises, self.above, self.below)) != 1:
            raise ValueError("say one of rises, above and below: rises: 3, or below: 70")
        return self


class Stats(Part):
    """What is counted."""

    indicators: dict[Name, Indicator] = Field(default_factory=dict)
    """Indicators."""
    alarms: dict[Name, Alarm] = Field(default_factory=dict)
    """What nobody may overlook."""
