"""What people send about a plan."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from closeloop.contracts.procedure.entry import Name
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.survey import Scale
from closeloop.contracts.vocabulary import Text

MOST = 1_000_000


class AreaForm(BaseModel):
    """An area with the number of forms that it gets."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    area: str = Field(min_length=1, max_length=80)
    quantity: int = Field(ge=1, le=MOST)


class _Said(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: Text | None = None
    purpose: Text | None = None
    population: Text | None = None
    ends_on: date | None = None
    quantity: int | None = Field(default=None, ge=1, le=MOST)
    areas: tuple[AreaForm, ...] = Field(default=(), max_length=500)
    staff: tuple[str, ...] = Field(default=(), max_length=200)


class PlanForm(_Said):
    """A plan: a survey of the pack, or questions of one's own."""

    procedure: str = Field(min_length=1, max_length=20)
    survey: Name | None = None
    starts_on: date
    place: str | None = None
    items: tuple[Name, ...] = ()
    """Items of the questionnaire that are asked; all of them if none is named."""
    kinds: tuple[Name, ...] = ()
    questions: dict[Name, FormField] = Field(default_factory=dict)
    approver: Name | None = None
    goes_out: Literal["closed", "by_plan"] = "closed"
    """Of a survey of one's own: whether a form goes to everybody whose case is closed, or people hand it out."""
    scales: dict[Name, Scale] = Field(default_factory=dict)


class ChangeForm(_Said):
    """What of a plan is changed before it is opened."""

    starts_on: date | None = None


class ApprovalForm(BaseModel):
    """The approval names what is approved; a no names its reason."""

    model_config = ConfigDict(extra="forbid")

    plan_hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class NoForm(ApprovalForm):
    """The plan goes back to its author."""

    reason: str = Field(min_length=2, max_length=2000)
