"""What people say when something is given to a customer, or taken back."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field


class PayForm(BaseModel):
    """Something is given to the customer."""

    model_config = ConfigDict(str_strip_whitespace=True)

    amount: Decimal = Field(gt=0, max_digits=12, decimal_places=2)
    """How much; of goods, what they are worth."""
    reason: str = Field(min_length=2, max_length=2_000)
    """Why."""
    payout: str | None = Field(None, max_length=60)
    """Name of the payout in the procedure; its only one if nothing is said."""
    means: str | None = Field(None, max_length=60)
    """In what it is given; the first that the procedure names if nothing is said."""
    duty: int | None = Field(None, ge=1, le=100_000)
    """Number of the duty for which it is given; the only one that allows it if nothing is said."""


class TakeBackForm(BaseModel):
    """A payment was a mistake."""

    model_config = ConfigDict(str_strip_whitespace=True)

    reason: str = Field(min_length=2, max_length=2_000)
    """Why."""


class GiveApprovedForm(BaseModel):
    """What was approved is given."""

    model_config = ConfigDict(str_strip_whitespace=True)

    amount: Decimal | None = Field(None, gt=0, max_digits=12, decimal_places=2)
    """How much; exactly what was approved if nothing is said."""
