"""What is known about a case, as typed facts: fields of the register and of forms."""

from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.condition import Condition
from closeloop.contracts.procedure.entry import Name, Part
from closeloop.contracts.vocabulary import Text

FactType = Literal[
    "text",
    "long_text",
    "number",
    "money",
    "truth",
    "moment",
    "day",
    "choice",
    "choices",
    "scale",
    "points",
    "signature",
    "attachment",
]


class Choice(Part):
    """One value that may be chosen."""

    title: Text
    """What people read."""


class FormField(Part):
    """A field of a form or register; what is not personal may be used as a fact in conditions."""

    title: Text
    """What people read beside the field."""
    type: FactType = "text"
    """What is filled in."""
    unit: str | None = None
    """Unit of a number, such as km, or the currency of money, such as CNY."""
    choices: dict[Name, Choice] = Field(default_factory=dict)
    """The values of a choice."""
    scale: Name | None = None
    """Scale of survey.yaml by which it is answered; then it is an item that counts in the figure."""
    full_points: int | float | None = Field(default=None, gt=0)
    """Highest number of points, where it is answered by points."""
    weight: int | float = Field(default=1, ge=0)
    """Weight of its points in the total."""
    required: bool = False
    """Whether the form is incomplete without it."""
    required_when: Condition | None = None
    """Where it is required only sometimes."""
    personal: bool = False
    """Whether it tells about a person: then it is sealed and no condition may ask for it."""
    from_case: str | None = None
    """Filled from the case: number, received_at, content, customer.name, customer.phone, place, channel ..."""
    help: Text | None = None
    """What to write here."""
