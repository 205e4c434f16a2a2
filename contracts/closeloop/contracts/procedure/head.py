"""procedure.yaml: what the procedure is called, and who works by it."""

from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.form import Retention
from closeloop.contracts.vocabulary import Text


class Department(Part):
    """A department of the organisation; a desk of its own."""

    title: Text
    """What people call it."""
    head: Name | None = None
    """Role that answers for it, to whom a missed limit goes up."""


class Role(Part):
    """What somebody is there for; a desk of its own."""

    title: Text
    """What people call it."""
    department: Name | None = None
    """Department to which it belongs."""
    reports_to: Name | None = None
    """Role above it."""
    may: tuple[Name, ...] = ()
    """Further rights: register, assess, assign, extend, waive, close, backdate, activate, dispose, erase, audit."""


class PlaceKind(Part):
    """A kind of place: estate, branch, hotel, ward."""

    title: Text
    """What people call it."""


class Parameter(Entry):
    """A number of the procedure, with its name and unit."""

    title: Text
    """What it sets."""
    value: int | float | str | None = None
    """The number, a length such as 2 days, or a period such as quarter; none where nobody has set it yet."""
    unit: Literal["percent", "count", "CNY", "km", "points", "length", "period"]
    """Its unit."""
    set_by: Name | None = None
    """Role that may set it."""
    each: Literal["place"] | None = None
    """Whether each place has its own."""


class Head(Part):
    """The head of a pack."""

    id: str = Field(pattern=r"^P[0-9]{2,}$")
    """The pack's name on the wire."""
    title: Text
    """What the procedure is called."""
    version: str
    """Version of the pack, such as 1.0."""
    source: str
    """The written procedure that the pack follows."""
    desk: Name
    """Department or role that receives cases where nothing else is said."""
    places: dict[Name, PlaceKind] = Field(default_factory=dict)
    """Kinds of places."""
    departments: dict[Name, Department]
    """Departments; name to department."""
    roles: dict[Name, Role]
    """Roles; name to role."""
    retention: Retention | None = None
    """How long records are kept, where their form says nothing else; none if the procedure does not say."""
    parameters: dict[Name, Parameter] = Field(default_factory=dict)
    """Numbers that the other files refer to by name."""
