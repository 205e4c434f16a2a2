"""What is known about a case, as typed facts: fields of the register and of forms."""

from typing import Literal, Self

from pydantic import Field, model_validator

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
    "desk",
    "desks",
    "rows",
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
    columns: "dict[Name, FormField]" = Field(default_factory=dict)
    """The columns of rows; a condition asks them with every and some, and a number asked of the rows counts them."""
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
    from_: str | None = Field(default=None, alias="from", pattern=r"^[a-z_]+(\.[a-z_0-9]+)+$")
    """Filled from what is known: case.number, case.content, customer.name, survey.areas, figures.return_rate ..."""
    help: Text | None = None
    """What to write here."""

    @model_validator(mode="after")
    def _rows_have_columns(self) -> Self:
        if (self.type == "rows") != bool(self.columns):
            raise ValueError("rows have columns, and nothing else has: write type: rows with columns: {...}")
        if any(column.type == "rows" for column in self.columns.values()):
            raise ValueError("rows stand in no other rows: make it a text, or rows of the form")
        return self

    @property
    def from_case(self) -> str | None:
        """What of the case it is filled with: number, content, customer.name ...; none if it is not of the case."""
        whose, _, what = (self.from_ or "").partition(".")
        return what if whose == "case" else self.from_ if whose == "customer" else None
