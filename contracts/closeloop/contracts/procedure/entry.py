"""What every entry of a pack has in common."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""A name inside a pack: small letters, digits, underscores."""

ClauseId = Annotated[str, Field(pattern=r"^P[0-9]{2,}-\S+$")]
"""Number of a clause: the id of the pack, a hyphen, the number in the written procedure."""


class Part(BaseModel):
    """A part of a pack: fixed once loaded, and a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


def _says_why(schema: dict[str, Any]) -> None:
    schema["anyOf"] = [{"required": ["clauses"]}, {"required": ["own_practice"]}]


class Entry(Part):
    """A rule of the pack: it fulfils clauses, or says why the organisation adds it."""

    model_config = ConfigDict(json_schema_extra=_says_why)

    clauses: tuple[ClauseId, ...] = ()
    """The clauses of the written procedure that this entry fulfils."""
    own_practice: str | None = None
    """Why the organisation adds this entry, where no clause asks for it."""

    @model_validator(mode="after")
    def _fulfils_something(self) -> Self:
        if not self.clauses and not self.own_practice:
            raise ValueError(
                "name the clauses that this fulfils (clauses: [...]), or say why it is here (own_practice:)"
            )
        return self


def _as_desk(value: Any) -> Any:
    return {"desk": value} if isinstance(value, str) else value


class _To(Part):
    desk: Name | None = None
    """Department or role."""
    fact: Name | None = None
    """Fact that names the desk or the desks: a facet, or a field of a form."""
    among: tuple[Name, ...] = ()
    """Departments and roles of which whoever issues it picks one or more."""
    each: Literal["department"] | None = None
    """Every department of the procedure."""
    but: tuple[Name, ...] = ()
    """Departments to which it does not go, where it goes to every other one."""
    head: bool = False
    """Whether it is for the head of the department, not for the department."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        said = [self.desk is not None, self.fact is not None, bool(self.among), self.each is not None]
        if sum(said) != 1:
            raise ValueError(
                "say exactly one: the desk (desk: customer_service), the fact that names it (fact: ...), "
                "among: [...] of which somebody picks, or each: department"
            )
        if self.but and self.each is None:
            raise ValueError("but: names departments that are left out of each: department; leave it out here")
        return self

    def desk_for(self, named: Mapping[str, Any]) -> str | None:
        """The desk for a case with these facts; none while the fact is not known, or names several."""
        found = self.desk or named.get(self.fact or "")
        return found if isinstance(found, str) else None


To = Annotated[_To, BeforeValidator(_as_desk, json_schema_input_type=str | _To)]
"""Where something goes: a desk by name, the desk that a fact names, some of several, or every department."""


class Places(Part):
    """Places of the deployment, by what they are."""

    places: tuple[Name, ...] = Field(min_length=1)
    """Kinds of places of the procedure; every place of one of them."""


class People(Part):
    """People of the deployment, by what they are there for."""

    people: tuple[Name, ...] = Field(min_length=1)
    """Roles; everybody who has one of them."""


Period = Literal["day", "week", "month", "quarter", "half_year", "year"]
