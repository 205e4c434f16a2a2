"""What people say when they post something."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator


class PostForm(BaseModel):
    """Something is moved; any other name in the body is a field of the voucher."""

    model_config = ConfigDict(extra="allow", str_strip_whitespace=True)

    case: str | None = Field(None, max_length=64)
    """Id of the case to which it belongs."""
    person: str | None = Field(None, max_length=64)
    """Login name of the person whose balance it is; whoever posts if nothing is said."""
    place: str | None = Field(None, max_length=64)
    """The place whose balance it is."""
    fields: dict[str, Any] = Field(default_factory=dict)
    """Field of the voucher to what is written into it."""

    @model_validator(mode="after")
    def _gather(self) -> PostForm:
        self.fields = {**self.fields, **(self.model_extra or {})}
        return self


class AgainForm(BaseModel):
    """A voucher that stands is posted, or taken back."""

    model_config = ConfigDict(extra="forbid")
