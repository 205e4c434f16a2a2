"""Numbers of a pack: written out, or named as a parameter of the head."""

from math import isnan, nan
from typing import Annotated, Any, Self

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

PARAMETER: dict[str, Any] = {
    "type": "object",
    "properties": {"parameter": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}},
    "required": ["parameter"],
    "additionalProperties": False,
}
"""How editors check what stands in the place of a number or a length."""


def named_parameter(value: Any) -> str | None:
    """The parameter that is named where a number or a length may stand; none if something else is written there."""
    if isinstance(value, dict) and set(value) == {"parameter"} and isinstance(value["parameter"], str):
        return value["parameter"]
    return None


class Number(float):
    """A number, or the parameter of the head that gives it: `3`, `0.5`, `{parameter: least_share}`.

    As long as nobody says what the parameter is, the number is none (`nan`).
    """

    parameter: str | None
    """The parameter that gives it; none if it is written out."""

    def __new__(cls, value: float = nan, parameter: str | None = None) -> Self:
        number = super().__new__(cls, value)
        number.parameter = parameter
        return number

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Number) and (self.parameter is not None or other.parameter is not None):
            same = float(self) == float(other) or not (self.is_known or other.is_known)
            return same and self.parameter == other.parameter
        return super().__eq__(other)

    def __hash__(self) -> int:
        return super().__hash__()

    @property
    def is_known(self) -> bool:
        """Whether somebody has said what it is."""
        return not isnan(self)

    @property
    def written(self) -> int | float | dict[str, str]:
        """As it stands in the pack."""
        if self.parameter is not None:
            return {"parameter": self.parameter}
        return int(self) if self.is_integer() else float(self)

    @classmethod
    def read(cls, value: Any) -> Self:
        """Reads what stands in the pack."""
        if isinstance(value, cls):
            return value
        if (parameter := named_parameter(value)) is not None:
            return cls(parameter=parameter)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return cls(value)
        raise ValueError("write a number, or name the parameter of the head that gives it: {parameter: <name>}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.read, serialization=core_schema.plain_serializer_function_ser_schema(lambda number: number.written)
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"type": "number"}, PARAMETER], "title": "Number", "description": cls.__doc__}


def _is_a_share(number: Number) -> Number:
    if number < 0 or number > 100:
        raise ValueError("write a share in percent, from 0 to 100")
    return number


def _is_whole(number: Number) -> Number:
    if number.is_known and (number < 1 or not number.is_integer()):
        raise ValueError("write a whole number of 1 or more")
    return number


Share = Annotated[Number, AfterValidator(_is_a_share)]
"""A share in percent."""
Times = Annotated[Number, AfterValidator(_is_whole)]
"""How often, or how many: a whole number of 1 or more."""
