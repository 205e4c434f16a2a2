"""How long something may take, as a number with its unit."""

import re
from typing import Any, Literal, get_args

from pydantic import ConfigDict, GetJsonSchemaHandler, model_serializer, model_validator
from pydantic_core import CoreSchema

from closeloop.contracts.procedure.entry import Part

Unit = Literal[
    "minutes", "hours", "days", "weeks", "months", "years", "working minutes", "working hours", "working days"
]

_WRITTEN = re.compile(r"^(\d+) ((?:working )?(?:minute|hour|day)|week|month|year)s?$")


class Length(Part):
    """A length written as `30 minutes`, `24 hours`, `2 days`, `3 working days`, `1 week`, `3 years`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int
    """How many."""
    unit: Unit
    """Of what; working units run only in the working time of the place."""

    @property
    def is_working_time(self) -> bool:
        """Whether it runs only in the working time of the place."""
        return self.unit.startswith("working ")

    def __str__(self) -> str:
        return f"{self.number} {self.unit[:-1] if self.number == 1 else self.unit}"

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Length | dict):
            return value
        if isinstance(value, str) and (written := _WRITTEN.match(value)):
            return {"number": int(written[1]), "unit": written[2] + "s"}
        raise ValueError(f"write a number and one of {', '.join(get_args(Unit))}, such as 2 working days")

    @model_serializer
    def _write(self) -> str:
        return str(self)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "title": "Length", "description": cls.__doc__, "pattern": _WRITTEN.pattern}
