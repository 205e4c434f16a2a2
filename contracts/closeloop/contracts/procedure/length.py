"""How long something may take, as a number with its unit."""

import re
from typing import Any, Literal, get_args

from pydantic import ConfigDict, GetJsonSchemaHandler, model_serializer, model_validator
from pydantic_core import CoreSchema

from closeloop.contracts.procedure.entry import Name, Part
from closeloop.contracts.procedure.number import PARAMETER, named_parameter

Unit = Literal[
    "minutes", "hours", "days", "weeks", "months", "years", "working minutes", "working hours", "working days"
]

_WRITTEN = re.compile(r"^(\d+) ((?:working )?(?:minute|hour|day)|week|month|year)s?$")


class Length(Part):
    """A length written as `30 minutes`, `24 hours`, `2 days`, `3 working days`, `1 week`, `3 years`.

    Or the parameter of the head that says how long: `{parameter: answer_within}`; a loaded pack holds what it is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    number: int = 0
    """How many."""
    unit: Unit = "minutes"
    """Of what; working units run only in the working time of the place."""
    parameter: Name | None = None
    """The parameter that says how long, as long as it is not looked up."""

    @property
    def is_working_time(self) -> bool:
        """Whether it runs only in the working time of the place."""
        return self.unit.startswith("working ")

    def __str__(self) -> str:
        if self.parameter is not None:
            return self.parameter
        return f"{self.number} {self.unit[:-1] if self.number == 1 else self.unit}"

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Length) or named_parameter(value) is not None:
            return value
        if isinstance(value, dict) and set(value) == {"number", "unit"}:
            return value
        if isinstance(value, str) and (written := _WRITTEN.match(value)):
            return {"number": int(written[1]), "unit": written[2] + "s"}
        units = ", ".join(get_args(Unit))
        raise ValueError(f"write a number and one of {units}, such as 2 working days, or {{parameter: <name>}}")

    @model_serializer
    def _write(self) -> str | dict[str, str]:
        return str(self) if self.parameter is None else {"parameter": self.parameter}

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        written = {"type": "string", "pattern": _WRITTEN.pattern}
        return {"anyOf": [written, PARAMETER], "title": "Length", "description": cls.__doc__}
