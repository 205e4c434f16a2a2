"""Lists of customers in intake.yaml: how somebody who comes again is known, and what is kept of them."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from closeloop.contracts.procedure.entry import Entry, Name
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.vocabulary import Text

Source = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=121)]
"""What of a case goes into a profile: a column of the register, a field of a form on which it was handled, number,
received_at, kind, place, channel, content, remedy_sought, customer.name ..., callback.outcome, callback.note."""

OF_THE_CUSTOMER = ("name", "phone", "email", "address")
"""What a case says of its customer: `customer.name` and so on."""
OF_THE_CASE = ("number", "received_at", "kind", "place", "channel", "content", "remedy_sought")
"""What every case says of itself."""
OF_THE_CALLBACK = ("outcome", "note")
"""What a callback found: `callback.outcome`, and `callback.note`, what the customer said."""


class Customers(Entry):
    """Customers of whom a profile is kept, each with every case that they bring."""

    title: Text
    """What people call the list."""
    profile: Name
    """Form of the profile; its rows grow with every case, and it is never sealed."""
    known_by: tuple[Literal["phone", "email", "name"], ...] = Field(min_length=1)
    """How somebody who comes again is known; the first that fits counts."""
    takes: dict[Name, Source | dict[Name, Source]] = Field(default_factory=dict)
    """Fields of the profile that fill themselves; of rows, what each case writes into which column."""
    kept_by: Name | None = None
    """Department or role that puts customers on the list and takes them off it; none if only cases do."""
    read_by: tuple[Name, ...] = ()
    """Departments and roles that open profiles and write in them; everybody else sees only that there is one."""
    merging: SignOff | None = None
    """Who says yes before two customers of the list are taken as one; none if nobody takes two as one."""

    @model_validator(mode="after")
    def _somebody_decides(self) -> Self:
        if self.merging is not None and not self.merging.decides:
            raise ValueError("whoever is asked says yes or no: add decides: true to merging")
        return self

    @property
    def sources(self) -> frozenset[str]:
        """Everything of a case that goes into the profile."""
        return frozenset(_sources(self.takes))


def _sources(takes: Mapping[str, str | Mapping[str, str]]) -> Iterator[str]:
    for source in takes.values():
        if isinstance(source, str):
            yield source
        else:
            yield from source.values()
