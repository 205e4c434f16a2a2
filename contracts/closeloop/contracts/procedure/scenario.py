"""scenarios/<name>.yaml: a story that must play out as written."""

from typing import Any, Literal

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
    facets: dict[Name, str | None] = Field(default_factory=dict)
    """Facets of the case; none where it is not rated."""
    duty: dict[str, Any] = Field(default_factory=dict)
    """What a duty of the case says: rule, desk, form, state, round, due_at."""
    no_duty: Name | None = None
    """Duty that the case does not have, by its rule."""
    task_on: Name | None = None
    """Desk on which a task for the case lies now."""
    missed: Name | None = None
    """Limit of the case or of one of its duties that was missed."""
    refused: ClauseId | Literal[True] | None = None
    """Clause that refused the step, or true where it was refused without one; nothing was changed."""
    opened: Name | None = None
    """Kind of the case that was opened by the step, from here on the story is about it; `none` if none was."""
    callback: dict[str, Any] = Field(default_factory=dict)
    """What a callback of the case says: coverage, state, desk."""
    report: dict[str, Any] = Field(default_factory=dict)
    """What a report of a nonconformity of the case says: rule, state."""
    survey: dict[str, Any] = Field(default_factory=dict)
    """What the latest survey says: survey, state."""
    job: dict[str, Any] = Field(default_factory=dict)
    """What the job says that was done last: state."""
    figures: dict[Name, int | float | dict[str, int | float | None] | None] = Field(default_factory=dict)
    """What indicators show for the period of now; by group where they open by something."""
    alarms: dict[Name, str | None] | None = None
    """Alarms that stand, each with the value that it is about; {} if there is none."""
    holders: dict[Name, int | float] = Field(default_factory=dict)
    """How much the holders of an account hold for the case."""
    ends: dict[ClauseId, tuple[str, ...]] = Field(default_factory=dict)
    """How the occasions of clauses ended, in their order: kept, breached, prevented ..."""


class Move(Part):
    """One step of the story."""

    by: str | None = None
    """Role, department or person that takes it; none where only time passes."""
    does: Name | None = None
    """What they do: register, assess, call_back, waive ..., or a step of a duty: accept, finish, sign, return ..."""
    of: Name | None = None
    """Which duty or job it is about, by its name in the pack; the latest duty with such a step if nothing is said."""
    times: int = Field(default=1, ge=1, le=1000)
    """How often they do it."""
    with_: dict[str, Any] = Field(default_factory=dict, alias="with")
    """What they fill in."""
    after: Length | None = None
    """Time that passes before."""
    then: Then = Then()
    """What is seen after it."""


class Scenario(Part):
    """A story told in the pack's own words; it must play out as written."""

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
