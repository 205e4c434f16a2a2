"""forms/<name>.yaml: one record of the procedure."""

from pydantic import Field

from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.length import Length
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
    """How long a record is kept once it was archived; nothing deletes it before."""

    length: Length
    """How long, such as 3 years."""


class Circulation(Entry):
    """Who is given the sealed record, and confirms to have read it."""

    to: tuple[Name, ...] = Field(min_length=1)
    """Departments and roles that get it."""
    within: Length
    """How soon somebody of each has read it; until then the matter stays open."""


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
    """How long it is kept; none if the procedure does not say."""
    distribution: Circulation | None = None
    """Who is given the sealed record; none if nobody has to read it."""
