"""forms/<name>.yaml: one record of the procedure."""

from functools import cached_property
from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.condition import ALWAYS, Condition, Scalar
from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.procedure.number import Times
from closeloop.contracts.vocabulary import Text


class Section(Part):
    """A block of the printed form."""

    title: Text
    """What stands above it."""
    fields: tuple[Name, ...]
    """Fields in their order."""
    columns: int = Field(default=1, ge=1, le=4)
    """Fields beside each other."""
    topic: Name | None = None
    """What its items are about, where they are judged by whoever is asked."""


class Retention(Entry):
    """How long a record is kept once it was archived; nobody disposes of it before."""

    length: Length
    """How long, such as 3 years."""


class Circulation(Entry):
    """Who is given the sealed record, and confirms to have read it."""

    to: tuple[Name, ...] = Field(min_length=1)
    """Departments and roles that get it."""
    within: Length
    """How soon somebody of each has read it; until then the matter stays open."""


class Copies(Entry):
    """In how many copies the sealed record goes out, each under its own title."""

    titles: tuple[Text, ...] = Field(min_length=2)
    """What stands above each copy, such as: copy of the store."""
    number: Times | None = None
    """How many there are, where the procedure says so by a parameter; as many as there are titles."""


WhoPart = Literal["name", "phone", "email", "address", "kind"]
"""What may be known of whoever a form is about."""


class Opens(Entry):
    """What stands on the sealed form, or on an answer sheet, opens a case, once."""

    each: Literal["record", "item"] = "record"
    """One case for the whole form, or one for each item that is answered by a scale or in points."""
    when: Condition = ALWAYS
    """Over the fields of the form; of an answer sheet also its total and its items; of one item what it counts."""
    kind: Name
    """Kind of case that is opened."""
    as_: dict[Name, Scalar] = Field(default_factory=dict, alias="as")
    """Channel and columns of the register that are given; columns that the form has a field for are copied."""
    content: Name | None = None
    """Field that says what the case is about; none if the form says it by its title and what was answered."""


class Form(Entry):
    """A record: title, number, version, fields."""

    title: Text
    """What stands at its top."""
    number: str | None = None
    """Number of the form in the organisation; none if it has none."""
    version: str
    """Version of the form."""
    introduction: Text | None = None
    """What whoever fills it in reads first."""
    fields: dict[Name, FormField]
    """Fields."""
    sections: tuple[Section, ...] = ()
    """Print layout; one block of all fields where none is given."""
    kept_for: Retention | None = None
    """How long it is kept, where that is not what the head says."""
    distribution: Circulation | None = None
    """Who is given the sealed record; none if nobody has to read it."""
    copies: Copies | None = None
    """In how many copies it goes out; none if nobody asks for more than one."""
    library: bool = False
    """Whether everybody who works by the procedure may look up sealed records of it by their words."""
    publishes: tuple[Name, ...] = ()
    """Fields of the last sealed record that customers read: the contact points of a place, such as a telephone."""
    whose: dict[WhoPart, Name] = Field(default_factory=dict)
    """Fields that say whom it is about: name, phone, email, address, kind; who leaves them empty is anonymous."""
    opens: dict[Name, Opens] = Field(default_factory=dict)
    """Cases that the sealed form opens by itself."""

    @cached_property
    def of_the_case(self) -> dict[str, str]:
        """The fields that are filled from the case, each with what of it: number, content, customer.name ..."""
        return {name: field.from_case for name, field in self.fields.items() if field.from_case}
