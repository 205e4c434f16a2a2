"""Answers that were given: a request that is repeated under its Idempotency-Key gets the same one again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.piece import Idempotency, Outcome
from closeloop.chassis.refusals import Misread

REMEMBERED = 4_000
"""A request is repeated within seconds; 20,000 answers of dispatch were 86 MB. Older ones are found in the database."""


class Answers:
    """The latest answers of this process, at hand so that a repetition does not break up a batch."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[str, int, str | None, int]] = OrderedDict()

    def given(self, idempotency: Idempotency) -> Outcome | None:
        """The answer of the first time, if it is still remembered; raises what is wrong with asking again."""
        known = self._known.get((idempotency.asker, idempotency.key))
        if known is None:
            return None
        again = replay(known, idempotency.fingerprint)
        if again.error:
            raise again.error
        return again

    def remember(self, idempotency: Idempotency, outcome: Outcome) -> None:
        """Keep the answer itself, not the rows behind it."""
        known = (idempotency.fingerprint, outcome.status, outcome.body, outcome.version)
        self._known[idempotency.asker, idempotency.key] = known
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def replay(found: Sequence[Any], fingerprint: str) -> Outcome:
    """The stored answer again, if the question is the same."""
    stored, status, body, version = found
    if stored != fingerprint:
        return Outcome(
            error=Misread(_("This Idempotency-Key was used for another request. Use a new key for a new request."))
        )
    return Outcome(status=status, body=body, version=version, replayed=True)
