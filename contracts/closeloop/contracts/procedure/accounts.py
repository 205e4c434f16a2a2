"""accounts.yaml: what is kept with a balance, spare parts and money; every posting moves something between holders."""

from typing import Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.condition import Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.vocabulary import Text


class Clearing(Entry):
    """When a holder must have nothing left of what it was given for a case."""

    case: Literal["closing"] | None = None
    """Before the case is closed."""
    duty: Name | None = None
    """Or: before a step of this duty."""
    before: Name | None = None
    """The step of that duty that waits for it, such as return."""
    within: Length | None = None
    """Or: so long after the first thing came in."""

    @model_validator(mode="after")
    def _says_when(self) -> Self:
        if (self.case is not None) + (self.duty is not None) + (self.within is not None) != 1:
            raise ValueError("say when it is empty: case: closing, or duty: with before:, or within:")
        if (self.duty is None) != (self.before is None):
            raise ValueError("name the duty and its step that waits (duty: visit, before: return)")
        return self


class Holder(Entry):
    """Who has something: a store, a person, a customer."""

    title: Text
    """What people call it."""
    is_: Literal["inside", "outside"] = Field(alias="is")
    """Inside has a balance of its own, never below nothing; outside is where things come from and go to."""
    per: Literal["person", "place"] | None = None
    """Whether each person or place has a balance of its own."""
    below_zero: bool = False
    """Whether an inside holder may have less than nothing, such as an account of costs."""
    clears: Clearing | None = None
    """When nothing of a case may be left."""


class Against(Entry):
    """What must be there in the same case, item by item, and not less than is posted in all."""

    posting: Name | tuple[Name, ...] | None = None
    """Postings of the account that count."""
    form: Name | None = None
    """Or: the form of a duty whose rows count."""
    rows: Name | None = None
    """Field of that form with the rows or the amount; the same as the posting's if nothing is said."""
    signed_by: tuple[Name, ...] = ()
    """Who must have signed that form: the customer, or roles."""
    unless: Condition | None = None
    """Cases in which it is not asked for."""

    @property
    def postings(self) -> tuple[str, ...]:
        """The postings that count."""
        return (self.posting,) if isinstance(self.posting, str) else self.posting or ()

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.posting is None) == (self.form is None):
            raise ValueError("name either the postings or the form against which it is held")
        return self


class Posting(Entry):
    """Moves something from one holder to another: both sides are one entry, so that an account always balances."""

    title: Text
    """What people call it."""
    from_: Name = Field(alias="from")
    """Holder that gives."""
    to: Name
    """Holder that receives."""
    by: Name | None = None
    """Department or role that posts."""
    at: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
    """Or: it posts itself at a moment of a duty, such as visit.signed, from the form of that duty."""
    form: Name | None = None
    """Voucher, kept as a record."""
    rows: Name
    """Field with the rows, or the amount, of what is moved."""
    case: Literal["required", "none", "either"] = "either"
    """Whether it belongs to a case."""
    against: dict[Name, Against] = Field(default_factory=dict)
    """What it is held against."""
    signatures: dict[Name, SignOff] = Field(default_factory=dict)
    """Who signs the voucher before it is posted."""

    @model_validator(mode="after")
    def _somebody_posts(self) -> Self:
        if (self.by is None) == (self.at is None):
            raise ValueError("say who posts (by: storekeeper), or when it posts itself (at: visit.signed)")
        if self.at is not None and (self.signatures or self.against):
            raise ValueError("what posts itself is signed with the duty: leave signatures and against out")
        if self.from_ == self.to:
            raise ValueError("name two holders: nothing is moved from a holder to itself")
        return self


class Account(Part):
    """Things of one sort, with everybody who has some of them."""

    title: Text
    """What people call it."""
    counts: Literal["parts", "money"]
    """Whether pieces or amounts are counted."""
    currency: str = Field(default="CNY", pattern=r"^[A-Z]{3}$")
    """Currency of money."""
    items: tuple[Name, ...] = ()
    """Columns that tell one item from another; all must be filled."""
    quantity: Name | None = None
    """Column that says how many or how much; quantity for parts, amount for money if nothing is said."""
    form: Name | None = None
    """Form as which it is printed."""
    holders: dict[Name, Holder]
    """Who has something."""
    postings: dict[Name, Posting]
    """What may happen."""

    @property
    def counted_in(self) -> str:
        """The column that says how many or how much."""
        return self.quantity or ("quantity" if self.counts == "parts" else "amount")


class Accounts(Part):
    """What is kept with a balance."""

    accounts: dict[Name, Account] = Field(default_factory=dict)
    """Accounts; name to account."""
