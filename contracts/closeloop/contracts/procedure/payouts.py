"""payouts: in dispatch.yaml: what is given to customers, and up to how much each desk may give it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.number import Number
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.vocabulary import Text


class Ceiling(Entry):
    """How much a desk may give."""

    by: Name
    """Department or role whose ceiling it is; the duty lies on this desk while it pays."""
    during: Name | None = None
    """Duty of the case that the desk must have open; any of its duties where none is named."""
    amount: Number
    """How much, all together: a number, or the parameter that says it."""
    above: Literal["cannot_handle"] | SignOff | None = None
    """What is done where more is needed: the case is handed up, or somebody approves exactly that; none: refused."""

    @property
    def approval(self) -> SignOff | None:
        """Who approves what goes above it; none if nobody."""
        return self.above if isinstance(self.above, SignOff) else None

    @model_validator(mode="after")
    def _is_decided(self) -> Self:
        if self.approval is not None and not self.approval.decides:
            raise ValueError("whoever approves more says yes or no: add decides: true")
        return self


class Payout(Part):
    """Something that goes out to customers, with the ceilings of those who may give it."""

    title: Text
    """What people call it."""
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    """Currency of its amounts."""
    counts: Literal["case", "payment"] = "case"
    """What is held against a ceiling: all payments of the case, whoever made them, or each payment alone."""
    inclusive: bool = True
    """Whether exactly the ceiling may be given."""
    form: Name | None = None
    """Form on which the sum of the case is written; none if it stands nowhere."""
    field: Name | None = None
    """Field of that form."""
    means: dict[Name, Text] = Field(default_factory=dict)
    """In what it is given, such as goods or money; an amount is their value."""
    ceilings: dict[Name, Ceiling] = Field(min_length=1)
    """How much each desk may give, from the lowest to the highest."""

    @model_validator(mode="after")
    def _stands_in_a_field(self) -> Self:
        if (self.form is None) != (self.field is None):
            raise ValueError("name the form and its field in which the sum is written, or neither")
        return self
