"""scenarios/<name>.yaml: a story that must play out as written."""

from typing import Any

from pydantic import AwareDatetime, Field

from closeloop.contracts.procedure.entry import ClauseId, Name, Part
from closeloop.contracts.procedure.length import Length
from closeloop.contracts.vocabulary import Text


class Then(Part):
    """What is seen after a step."""

    status: str | None = None
    """Status of the case."""
    round: int | None = None
    """Round of the case."""
    marks: dict[Name, bool] = Field(default_factory=dict)
    """Marks of the case."""
    facets: dict[Name, str] = Field(default_factory=dict)
    """Facets of the case."""
    duty: dict[str, Any] = Field(default_factory=dict)
    """What the latest duty says: rule, desk, form, state, due_at."""
    task_on: Name | None = None
    """Desk on which a task lies now."""
    missed: Name | None = None
    """Limit that was missed."""
    refused: ClauseId | None = None
    """Clause that refused the step; nothing was changed."""


class Move(Part):
    """One step of the story."""

    by: str | None = None
    """Role that takes it; none where only time passes."""
    does: str | None = None
    """What they do: register, assess, accept, assign, arrive, finish, sign, return, call_back, waive, answer ..."""
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    """What they fill in."""
    after: Length | None = None
    """Time that passes before."""
    then: Then = Then()
    """What is seen after it."""


class Scenario(Part):
    """A story of one case, told in the pack's own words."""

    title: Text
    """What the story shows."""
    clauses: tuple[ClauseId, ...] = ()
    """Clauses that it shows."""
    starts_at: AwareDatetime
    """When it begins."""
    place: str | None = None
    """Where it plays."""
    story: tuple[Move, ...] = Field(min_length=1)
    """What happens, step after step."""
