"""clauses.yaml: every clause of the written procedure."""

from pydantic import Field

from closeloop.contracts.procedure.entry import ClauseId, Part
from closeloop.contracts.vocabulary import Check, ClauseKind, Text


class Clause(Part):
    """One rule of the written procedure."""

    source: str
    """Where it stands in the written procedure, such as 4.3.1."""
    text: Text
    """The rule in one sentence."""
    kind: ClauseKind
    """What it demands."""
    check: Check
    """How it is seen that it was kept."""
    by_construction: str | None = None
    """Where nothing can break it: what keeps it."""


class Clauses(Part):
    """The clauses, in the order of the procedure."""

    clauses: dict[ClauseId, Clause]
    """Number to clause."""
    not_yet: tuple[ClauseId, ...] = Field(default=())
    """Clauses that no entry fulfils yet; lint prints them."""
