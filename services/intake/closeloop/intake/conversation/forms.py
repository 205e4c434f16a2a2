"""What people write down of a conversation."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from closeloop.chassis.i18n import _
from closeloop.intake.forms import Line, Words


class MessageForm(BaseModel):
    """Something that was said."""

    model_config = ConfigDict(extra="forbid", title="A message")

    direction: Literal["in", "out"] = Field("out", title="Whether the customer said it, or it was said to them")
    channel: Line = Field("", title="How it came or went; the channel of the case if nothing is said")
    says: Literal["asks", "clarifies", "answers", "informs"] = Field("answers", title="What it does")
    text: Annotated[Words, Field(min_length=1)] = Field(title="What was said")
    answers: int | None = Field(None, ge=1, title="Number of the message that it answers or makes clear")
    is_unclear: bool = Field(False, title="Whether it has to be found out first what is meant")
    at: AwareDatetime | None = Field(None, title="When it was said, if not now")
    filed_as: Line = Field("", title="Where the reply is kept")
    by_mail: bool = Field(False, title="Whether it goes out by mail from here, and is filed by itself when it has left")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.direction == "in" and self.says == "answers":
            raise ValueError(_("A customer asks, explains or informs; an answer goes out to them."))
        if self.is_unclear and (self.direction, self.says) != ("in", "asks"):
            raise ValueError(_("Only what a customer asks is marked as unclear."))
        if self.filed_as and (self.direction, self.says) != ("out", "answers"):
            raise ValueError(_("Only a reply is filed."))
        if self.by_mail and (self.direction == "in" or self.at is not None or self.filed_as):
            raise ValueError(_("Only what is said to the customer now goes out by mail; it is filed by itself."))
        return self


class FilingForm(BaseModel):
    """Where a reply is kept."""

    model_config = ConfigDict(extra="forbid")

    filed_as: Annotated[Line, Field(min_length=2)] = Field(title="Where the reply is kept")
