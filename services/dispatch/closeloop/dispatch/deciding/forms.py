"""What people say when they decide about a duty."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class NecessaryForm(BaseModel):
    """Whether a duty is necessary."""

    model_config = ConfigDict(str_strip_whitespace=True)

    needed: bool
    """Whether it is."""
    reason: str | None = Field(None, max_length=2_000)
    """Why; a no always says why not."""
    desks: list[str] = Field(default_factory=list, max_length=50)
    """Desks that get it, where whoever decides picks them."""


class FurtherForm(BaseModel):
    """A further duty is necessary."""

    model_config = ConfigDict(str_strip_whitespace=True)

    reason: str = Field(min_length=2, max_length=2_000)
    """Why."""
    desks: list[str] = Field(default_factory=list, max_length=50)
    """Desks that get it, where whoever issues it picks them."""
