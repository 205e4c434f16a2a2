"""One signer's turn as it is kept: asked for, given, void because what was signed was changed, or not needed."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from closeloop.chassis.rows import keeps
from closeloop.contracts.procedure.signing import CUSTOMER


@keeps("sign_offs", key="key", indexes=[("role", "ended_at"), ("asked_at", "id")])
class Signing:
    """Somebody is asked to put their name to something, and what became of that.

    `of` is what lies before them, such as `duty:3`; `name` is the sign-off of the procedure; `role` who signs.
    """

    id: str
    key: str
    of: str
    name: str
    role: str
    title: dict[str, str]
    decides: bool
    desk: str
    procedure: str
    procedure_version: str
    place: str | None
    audience: str | None
    url: str
    asked_at: datetime
    clauses: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    due_at: datetime | None = None
    missed_at: datetime | None = None
    given_at: datetime | None = None
    given_by: str | None = None
    signer: str | None = None
    means: str | None = None
    witness: str | None = None
    drawing: str | None = None
    opinion: str | None = None
    decision: bool | None = None
    reason: str | None = None
    hash: str | None = None
    covers: list[str] = field(default_factory=list)
    taker: str | None = None
    """The desk that is asked where whoever has the role may not sign their own work."""
    deputy: str | None = None
    """The login that is asked in that case, where they have a deputy."""
    in_stead_of: str | None = None
    """Login of whoever was away, and for whom it was given."""
    voided_at: datetime | None = None
    ended_at: datetime | None = None

    @property
    def waits(self) -> bool:
        """Whether it is the signer's turn."""
        return self.given_at is None and self.ended_at is None

    @property
    def stands(self) -> bool:
        """Whether it was given, and what was signed is still as it was."""
        return self.given_at is not None and self.voided_at is None and self.ended_at is None

    @property
    def occasion(self) -> str:
        """What the occasions of the sign-off hang on."""
        return f"{self.of}:{self.name}"

    @property
    def turn(self) -> str:
        """What its task and its timer hang on."""
        return f"{self.occasion}:{self.role}"

    @property
    def lies_on(self) -> str:
        """The desk on which it lies."""
        return self.taker or self.role

    @property
    def is_customers(self) -> bool:
        """Whether the customer signs, for whom the desk takes it down."""
        return self.role == CUSTOMER
