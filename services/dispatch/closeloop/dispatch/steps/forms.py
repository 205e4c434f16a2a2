"""What people say when they take a step: the bodies of the actions, the same for pages and programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from closeloop.chassis.needs import Necessary
from closeloop.contracts.vocabulary import Outcome, SignatureMeans

LONGEST_DRAWING = 40_000

_OF_THE_PAGE = ("from", "step")
_GROUPS = ("fields", "rates", "necessary")


class StepForm(BaseModel):
    """A step is taken; fields of the form may be filled with it, and any other name in the body is one as well.

    Pages send `fields.name`, `rates.facet`, `necessary.need.needed` where programs send objects.
    """

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    happened_at: AwareDatetime | None = None
    """When it happened, where that was before it is written down; only for whoever may backdate."""
    guidance: list[str] = Field(default_factory=list, max_length=50)
    """Names of the texts that were in front of the person."""
    fields: dict[str, Any] = Field(default_factory=dict)
    """Field of the form to what is written into it."""
    rates: dict[str, str] = Field(default_factory=dict)
    """Facet that is rated with the step to its value."""
    necessary: dict[str, Necessary] = Field(default_factory=dict)
    """What is needed only when necessary: whether it is, and why not."""

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, body: Any) -> Any:
        if not isinstance(body, Mapping):
            return body
        gathered: dict[str, Any] = {}
        for name, value in body.items():
            group, _dot, rest = name.partition(".")
            if rest and group in _GROUPS:
                _put(gathered.setdefault(group, {}), rest.split("."), value)
            elif name in cls.model_fields:
                gathered[name] = {**gathered.get(name, {}), **value} if isinstance(value, Mapping) else value
            elif name not in _OF_THE_PAGE:
                gathered.setdefault("fields", {})[name] = value
        return gathered

    def said(self) -> dict[str, Any]:
        """What stays with the step besides when and by whom it was taken."""
        necessary = {name: one.model_dump() for name, one in self.necessary.items()}
        return {name: one for name, one in (("rated", self.rates), ("necessary", necessary)) if one}


class AssignForm(StepForm):
    """The duty is given to a person."""

    to: str = Field(min_length=1, max_length=64)
    """Login name of whoever is to do it."""
    crew: list[str] = Field(default_factory=list, max_length=50)
    """Login names of those who go along."""
    leader: str | None = Field(None, max_length=64)
    """Which of them leads; whoever goes alone leads by themselves."""
    trade: str | None = Field(None, max_length=60)
    """The trade that is needed; that of the case if nothing is said."""

    @property
    def logins(self) -> tuple[str, ...]:
        """Everybody who is sent, each once; whoever was named first comes first."""
        return tuple(dict.fromkeys((self.to, *self.crew)))


class RefuseForm(StepForm):
    """Whoever would take a step says no: the duty goes back."""

    reason: str = Field(min_length=2, max_length=2_000)
    """Why."""


class ResultForm(StepForm):
    """The work is done."""

    outcome: Outcome
    """What became of the matter."""
    result: str | None = Field(None, max_length=10_000)
    """What was done; the fields of the form say it where nothing is said here."""


class ReturnForm(StepForm):
    """The completed form goes back to the desk that sent it."""

    with_original: bool = True
    """Whether the original of the form goes back with it."""


class SignForm(StepForm):
    """The customer, or whoever the procedure names, puts their name to the form."""

    means: SignatureMeans | None = None
    """How they sign; drawn if there is a drawing, else typed."""
    signer: str | None = Field(None, max_length=100)
    """Who signs; the customer of the case if nothing is said."""
    opinion: str | None = Field(None, max_length=10_000)
    """What they write about the work."""
    satisfied: bool | None = None
    """Whether they say to be satisfied."""
    drawing: str | None = Field(None, max_length=LONGEST_DRAWING, pattern=r"^[ML0-9 .]*$")
    """The drawn name: a path of moves and lines (M x y L x y …) on a sheet of 600 by 200."""
    witness: str | None = Field(None, max_length=100)
    """Who saw that the customer would not sign."""


class TellForm(BaseModel):
    """Somebody is told."""

    model_config = ConfigDict(str_strip_whitespace=True)

    what: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    """Name of the telling in the procedure."""
    how: Literal["spoken", "written"] = "spoken"
    """In which form."""
    text: str = Field(min_length=2, max_length=10_000)
    """What they were told."""
    guidance: list[str] = Field(default_factory=list, max_length=50)
    """Names of the texts that were in front of the person."""


class TrackForm(BaseModel):
    """What the desk that follows a duty found."""

    model_config = ConfigDict(str_strip_whitespace=True)

    note: str = Field(min_length=2, max_length=2_000)
    """What was checked, and what was found."""


class RejectForm(BaseModel):
    """The work goes back."""

    model_config = ConfigDict(str_strip_whitespace=True)

    reason: str = Field(min_length=2, max_length=2_000)
    """Why."""


def _put(into: dict[str, Any], path: list[str], value: Any) -> None:
    """What a page sends flat stands where it belongs; what was left empty was not said."""
    if value in ("", None):
        return
    for name in path[:-1]:
        into = into.setdefault(name, {})
    into[path[-1]] = value
