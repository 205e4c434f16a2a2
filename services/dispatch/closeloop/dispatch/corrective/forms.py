"""What people say of corrective actions."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, BeforeValidator, Field


def _or_none(said: object) -> object:
    return None if said == "" else said


class OpenForm(BaseModel):
    """Somebody finds a corrective action necessary."""

    opening: Annotated[str | None, BeforeValidator(_or_none)] = Field(default=None, max_length=60)
    """Which of those that the procedure offers; the only one if there is no other."""
    because: str = Field(min_length=2, max_length=4000)
    """What it is about, and why it is necessary."""
    place: Annotated[str | None, BeforeValidator(_or_none)] = Field(default=None, max_length=60)
    """Place that it is about; none if it is about the whole organisation."""
    case: Annotated[str | None, BeforeValidator(_or_none)] = Field(default=None, max_length=80)
    """Id of the case that it is about, if there is one."""


class DecideActionForm(BaseModel):
    """Whether a corrective action is needed."""

    needed: bool
    """Yes or no."""
    reason: str = Field(min_length=2, max_length=4000)
    """Why."""
