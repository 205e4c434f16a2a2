"""What every entry of a pack has in common."""

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
    facet: Name | None = None
    """Facet whose value names the department or role."""

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.desk is None) == (self.facet is None):
            raise ValueError("say either the desk (desk: customer_service) or the facet that names it (facet: ...)")
        return self

    def desk_for(self, facets: dict[str, str]) -> str | None:
        """The desk for a case with these facets; none while the facet is not rated."""
        return self.desk or facets.get(self.facet or "")


To = Annotated[_To, BeforeValidator(_as_desk, json_schema_input_type=str | _To)]
"""Where something goes: a desk by name, or the desk that a facet names."""

Period = Literal["day", "week", "month", "quarter", "half_year", "year"]
