"""guidance.yaml: what people are told at a step."""

from typing import Literal

from pydantic import Field

from closeloop.contracts.procedure.condition import ALWAYS, Condition
from closeloop.contracts.procedure.entry import Entry, Name, Part
from closeloop.contracts.vocabulary import Text

GuidanceStep = Literal[
    "register", "assess", "accept", "assign", "arrive", "finish", "sign", "return", "tell", "call_back", "survey"
]
"""The steps that every procedure has; `tell`: whenever somebody is told how things stand."""


class Guidance(Entry):
    """A text shown at a step; the action that follows names it, and so it is known to have been shown."""

    text: Text
    """What is shown."""
    at: tuple[GuidanceStep | Name, ...] = Field(min_length=1)
    """Steps at which it is shown: those of every procedure, steps of a duty of your own, or tellings by their name."""
    when: Condition = ALWAYS
    """Cases for which it is shown."""
    confirmed: bool = False
    """Whether the person must say that they read it."""


class Guidances(Part):
    """What people are told, in the order of showing."""

    guidance: dict[Name, Guidance] = Field(default_factory=dict)
    """Texts."""
