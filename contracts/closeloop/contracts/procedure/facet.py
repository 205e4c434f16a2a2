"""Facets: what a case is rated by, which criteria give each value, and who rates where the facts do not suffice."""

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text


class Raised(Part):
    """The case has a lower value, and whoever has it then gives it up."""

    from_: Name = Field(alias="from")
    """Value that the case has."""
    by: Literal["cannot_handle", "round"]
    """Whoever has its duty says that they cannot handle it, or it goes into a further round."""


class Criterion(Entry):
    """One reason for which a case has a value; the highest value with a reason that holds counts."""

    title: Text
    """What people call it."""
    when: Condition | None = None
    """Facts by which the value is given."""
    raised: Raised | None = None
    """Or: the lower level gives the case up; no fact pulls it down again."""
    otherwise: bool = False
    """Or: no other reason holds."""
    signed: bool = False
    """Whether the facts asked for are a judgement: whoever tells them says why, and signs."""

    @model_validator(mode="after")
    def _is_one_reason(self) -> Self:
        if (self.when is not None) + (self.raised is not None) + self.otherwise != 1:
            raise ValueError("say exactly one of when: {...}, raised: {from: <value>, by: ...} and otherwise: true")
        if self.signed and self.when is None:
            raise ValueError("only facts that a person judged are signed: add when: {...}, or leave signed out")
        return self


class Value(Part):
    """A value of a facet."""

    title: Text
    """What people call it."""
    criteria: dict[Name, Criterion] = Field(default_factory=dict)
    """Reasons for which a case has this value without anybody being asked."""
    desk: Name | None = None
    """Department or role that takes the cases of this value."""
    gate: bool = False
    """Whether such a case is outside the procedure: no rule applies to it but those that ask for this facet."""
    aliases: tuple[str, ...] = ()
    """Other names in the written procedure."""


class Facet(Entry):
    """What a case is rated by: severity, urgency, cause, validity, responsible department."""

    title: Text
    """What people call it."""
    ordered: bool = False
    """Whether the values stand from the lowest to the highest."""
    values: dict[Name, Value]
    """Value to what it means."""
    when: Condition = ALWAYS
    """Cases that are rated by it."""
    rated_by: Name
    """Department or role that rates where the facts do not suffice."""
    within: Length | None = None
    """How soon it is to be rated after registering."""
    may_change: bool = True
    """Whether a later rating, with its reason, may change it."""
    later: bool = False
    """Whether it may be rated at any time: no case waits for it, and it may stay unrated."""
    signed: bool = False
    """Whether a rating by a person is a decision: it names its reason and is signed."""

    @property
    def gates(self) -> tuple[str, ...]:
        """The values that shut the procedure out."""
        return tuple(name for name, value in self.values.items() if value.gate)

    def desk_of(self, value: str | None) -> str | None:
        """The department or role that takes the cases of a value; none if it names none."""
        said = self.values.get(value or "")
        return said.desk if said else None

    def reasons(self) -> Iterator[tuple[str, str, Criterion]]:
        """Every criterion with its value and its name, those of the highest value last."""
        for value, said in self.values.items():
            for name, criterion in said.criteria.items():
                yield value, name, criterion

    @model_validator(mode="after")
    def _can_be_rated(self) -> Self:
        ranks, others = list(self.values), 0
        for value, name, criterion in self.reasons():
            others += criterion.otherwise
            if criterion.raised is None:
                continue
            if not self.ordered:
                raise ValueError(f"{value}.{name} raises a case, so the values need an order: add ordered: true")
            lower = criterion.raised.from_
            if lower not in ranks or ranks.index(lower) >= ranks.index(value):
                known = ", ".join(ranks[: ranks.index(value)]) or "nothing: this is the lowest"
                raise ValueError(f"{value}.{name} raises from {lower}; below {value} there is {known}")
        if others > 1:
            raise ValueError("only one criterion may say otherwise: true")
        return self
