"""What is told of corrective actions: opened, worked on, gone through again, ended, and what figures say of them."""

from typing import ClassVar, Literal

from pydantic import Field

from closeloop.contracts.event import Event, Moment
from closeloop.contracts.personal import Personal
from closeloop.contracts.vocabulary import Text


class _ActionTold(Event):
    """What every event of a corrective action says of it; `case` is the one that brought it about, if one did."""

    publisher: ClassVar[str] = "dispatch"

    action_id: str
    """Id of the action; the key of its events."""
    number: str
    """Its number, as read out on the telephone."""
    action: str
    """Name of the action in the pack."""
    title: Text
    """What people call it."""
    round: int = 1
    """How often its measures have been gone through, this time included."""
    opened_by: str
    """Name of the opening in the pack that brought it about."""
    opened_at: Moment
    """When it was opened."""


class ActionOpened(_ActionTold):
    """Something is to be done so that it does not happen again; a person may still have to say whether."""

    subject: ClassVar[str] = "action.opened.v1"

    to_be_decided: bool = False
    """Whether a person decides first that it is needed."""
    alarm_id: str | None = None
    """The alarm that brought it about, if one did."""
    because: Personal[str]
    """What brought it about, in words."""


class ActionStepped(_ActionTold):
    """Something was done for it, or a limit of one of its duties moved or passed."""

    subject: ClassVar[str] = "action.stepped.v1"

    duty: str
    """Name of the duty in the pack; empty where it is about none."""
    duty_number: int = Field(default=0, ge=0)
    """Number of the duty within the action."""
    desk: str
    """Department or role on whose desk the duty lies now."""
    what: str
    """What happened: duty.issued, duty.finished, duty.returned, limit.missed ..."""


class ActionRepeated(_ActionTold):
    """The measures were not effective: they are gone through again."""

    subject: ClassVar[str] = "action.repeated.v1"

    because: Literal["verified", "counted"] = "verified"
    """Whether a person found so, or the figures show it."""


class ActionEnded(_ActionTold):
    """Nothing is left to be done for it."""

    subject: ClassVar[str] = "action.ended.v1"

    how: Literal["effective", "not_needed", "unfounded"]
    """Verified; a person said that it is not needed; or what brought it about does not hold any more."""
    reason: Personal[str] | None = None
    """Why it is not needed."""


class EffectCounted(Event):
    """The figures after a corrective action show whether it was effective."""

    subject: ClassVar[str] = "effect.counted.v1"
    publisher: ClassVar[str] = "stats"

    action_id: str
    """Id of the action."""
    action: str
    """Name of the action in the pack."""
    indicator: str
    """Figure that was to be lower."""
    before: float
    """The figure of the period in which it was opened."""
    periods: tuple[str, ...] = Field(min_length=1)
    """The periods after its end that were looked at."""
    figures: tuple[float, ...] = Field(min_length=1)
    """The figure of each."""
    is_lower: bool
    """Whether each of them is lower."""
