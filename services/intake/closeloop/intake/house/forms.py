"""What people fill in about the house: an absence, a change, and a yes or no to it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from closeloop.intake.forms import Line, Note

LONGEST_ORGANISATION = 500_000


class AbsenceForm(BaseModel):
    """Who is away from which day to which, and who stands in."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    person: Line = Field("", title="Login of whoever is away; one's own if nothing is said")
    first_day: date = Field(alias="from", title="First day")
    last_day: date = Field(alias="until", title="Last day")
    deputy: Line = Field("", title="Login of whoever stands in; the usual deputy if nothing is said")


class OrganisationForm(BaseModel):
    """Another organisation, as organisation.yaml says it."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    organisation: Annotated[str, Field(min_length=1, max_length=LONGEST_ORGANISATION)] = Field(
        title="The whole file organisation.yaml"
    )
    active_from: date | None = Field(None, alias="from", title="First day; at once if none is given")
    reason: Annotated[Note, Field(min_length=2)] = Field(title="Why")


class DecisionForm(BaseModel):
    """A yes or no to a change that somebody else proposed."""

    model_config = ConfigDict(extra="forbid")

    approves: bool = Field(title="Yes or no")
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(title="What was read and is approved")
    reason: Note = Field("", title="Why not; needed for a no")
