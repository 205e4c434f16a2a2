"""What people say about a report of a nonconformity."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class DecideForm(BaseModel):
    """Whether a report of a nonconformity is needed, and why."""

    model_config = ConfigDict(str_strip_whitespace=True)

    is_needed: bool
    """Whether the report is written."""
    reason: str = Field(min_length=2, max_length=2_000)
    """Why it is, or is not."""
    nonconformity: str | None = Field(None, max_length=10_000)
    """What went wrong; the reason for which it was asked if nothing is said."""
    responsible_person: str | None = Field(None, max_length=100)
    """Who answers for it; the desk that handled it if nothing is said."""
    due_on: date | None = None
    """The last day on which it is put right; as the procedure says if nothing is said."""


class WriteForm(DecideForm):
    """A report is written without having been asked for."""

    is_needed: Literal[True] = True
    """It is needed."""
    report: str | None = Field(None, max_length=60)
    """Name of the report in the procedure; its only one if nothing is said."""
    nonconformity: str = Field(min_length=2, max_length=10_000)
    """What went wrong."""


class CorrectForm(BaseModel):
    """What was put right."""

    model_config = ConfigDict(str_strip_whitespace=True)

    correction: str = Field(min_length=2, max_length=10_000)
    """What was done about it."""


class VerifyForm(BaseModel):
    """Whether what was put right works."""

    model_config = ConfigDict(str_strip_whitespace=True)

    is_effective: bool
    """Whether it does; if not, it goes back by a new limit."""
    verification: str = Field(min_length=2, max_length=10_000)
    """What was looked at, and what was found."""
