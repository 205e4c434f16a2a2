"""What was tried against the procedure when a case was taken down: refused, and counted all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError

from closeloop.chassis.i18n import Sentence
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import Forbidden, Refused


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody tried against clauses when they took a case down; there is no case, so it is counted by itself."""

    pack: Pack
    clauses: tuple[str, ...]
    sentence: Sentence
    place: str | None


class Incomplete(RequestValidationError):
    """Columns are empty without which the procedure has no case registered."""

    def __init__(self, found: list[dict[str, Any]], entered: Any, attempt: Attempt) -> None:
        super().__init__(found, body=entered)
        self.attempt, self.clause = attempt, next(iter(attempt.clauses), None)


class AgainstClause(Refused):
    """The procedure says otherwise: a criterion holds, something has to be there first, or is not resolved at once."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.sentence, attempt.clauses)
        self.attempt = attempt


class NotTheDesk(Forbidden):
    """By this channel another desk takes cases down."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.sentence, next(iter(attempt.clauses), None))
        self.attempt = attempt
