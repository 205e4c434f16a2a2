"""Steps of a duty: what is done one after the other, by whom, and what must be there before."""

from collections.abc import Mapping

from pydantic import Field

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name
from closeloop.contracts.procedure.need import Need
from closeloop.contracts.procedure.number import Number, Times
from closeloop.contracts.vocabulary import Text

KNOWN_STEPS: Mapping[str, str] = {
    "accept": "accepted",
    "assign": "assigned",
    "arrive": "arrived",
    "finish": "finished",
    "sign": "signed",
    "return": "returned",
}
"""The steps that mean the same in every procedure, each with its moment; any other name is a step of the pack's own."""

_STEP_AT = {moment: step for step, moment in KNOWN_STEPS.items()}


def step_at(moment: str) -> str:
    """The step that makes a moment: accept for accepted; a step of the pack's own is its own moment."""
    return _STEP_AT.get(moment, moment)


def moment_of(step: str) -> str:
    """The moment that a step makes: accepted for accept; a step of the pack's own is its own moment."""
    return KNOWN_STEPS.get(step, step)


class Crew(Entry):
    """Several persons go together; from a number on, one of them is named as the leader."""

    leader_from: Times = Number(2)
    """From how many persons on a leader is named; one who goes alone leads by themselves."""
    at_most: Times | None = None
    """How many may go at most; none if as many as needed."""


class StepRule(Entry):
    """A step of a duty and who takes it.

    The non-personal fields filled with it and the facets rated with it are facts from then on: rules that waited for
    them are decided again at once.
    """

    title: Text | None = None
    """What people call it, such as: investigate; needed where the step is the pack's own."""
    by: Name | None = None
    """Role that takes it; none if anybody of the desk, or the person to whom the duty was assigned."""
    when: Condition = ALWAYS
    """Cases in which it is taken; while that is not known, the steps from it on wait."""
    trades: dict[Name, Text] = Field(default_factory=dict)
    """Trades among which the one that fits is chosen when assigning."""
    to_role: Name | None = None
    """Role of the persons to whom the duty may be assigned."""
    crew: Crew | None = None
    """Whether several may be sent together; none if the duty is assigned to one person."""
    with_original: bool = False
    """Whether the original of the form must come back when returning."""
    fields: tuple[Name, ...] = ()
    """Fields of the form that must be filled before the step."""
    needs: dict[Name, Need] = Field(default_factory=dict)
    """What else must be there before the step."""
    signed: bool = False
    """Whether whoever takes it signs what they filled in; from then on that stays as it is."""
    rates: tuple[Name, ...] = ()
    """Facets that are rated with the step."""
    not_by: tuple[Name, ...] = ()
    """Steps whose taker may not take this one."""
    sends_back_to: Name | None = None
    """Step from which the duty is done once more where whoever takes this one says no, with a reason."""
    tells: tuple[Name, ...] = ()
    """Desks that are told what was done; each says that it has read it."""
