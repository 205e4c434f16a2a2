"""What people say about a limit that runs."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from closeloop.chassis.i18n import _


class PauseForm(BaseModel):
    """A limit rests."""

    model_config = ConfigDict(str_strip_whitespace=True)

    reason: str = Field(min_length=2, max_length=2_000)
    """Why: one of the reasons that the procedure names, or in words where it names none."""
    note: str = Field("", max_length=2_000)
    """More about it."""


class RunOnForm(BaseModel):
    """A limit that rested runs on."""


class ExtendForm(BaseModel):
    """A limit is put off."""

    model_config = ConfigDict(str_strip_whitespace=True)

    limit: str | None = Field(None, max_length=60)
    """Name of the limit; the one that passes first if nothing is said."""
    new_due_at: AwareDatetime | None = None
    """Until when it is put off."""
    hours: int | None = Field(None, ge=1, le=2_000)
    """Or by how many hours."""
    reason: str = Field(min_length=2, max_length=2_000)
    """Why."""

    @model_validator(mode="after")
    def _says_until_when(self) -> ExtendForm:
        if self.new_due_at is None and self.hours is None:
            raise ValueError(_("Say until when (new_due_at) or by how many hours (hours)."))
        return self
