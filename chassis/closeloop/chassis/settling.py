"""Settled: a case does not close while a service has an open occasion of it, and the service says when that changes.

A service that has occasions of cases adds `Unsettled` to its rows and calls `tell_whether_settled` at the end of a
piece of work on a case. Where the piece also sets a mark by which the case may close, it calls it before that mark as
well: whoever hears the mark then knows already that something is open. Occasions of a period or place have keys of
their own and never hold a case.
"""

from __future__ import annotations

from closeloop.chassis.rows import keeps
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import MarkSet

SETTLED = "occasions_settled"
"""Lifted while an occasion of the case is open, set again when none is."""


@keeps("unsettled", key="case_id")
class Unsettled:
    """This service said that an occasion of a case is open; the row goes when it says that all are settled."""

    case_id: str
    round: int


def tell_whether_settled(work: Work, header: CaseHeader, *, may_close: bool = True) -> None:
    """Say that an occasion of the case is open, or that none is any more, if that changed in this round.

    `may_close` is false while the service's own marks hold the case open anyway: nothing need be said yet.
    """
    is_open = any(occasion.ended_at is None for occasion in work.all(Occasion, key=header.id))
    said = work.maybe(Unsettled, key=header.id)
    was_said = said is not None and said.round == header.round
    if is_open and may_close and not was_said:
        if said is None:
            work.add(Unsettled(header.id, header.round))
        else:
            said.round = header.round
        work.publish(MarkSet(case=header, mark=SETTLED, is_set=False, round=header.round), key=header.id)
    elif said is not None and not is_open:
        work.remove(said)
        if was_said:
            work.publish(MarkSet(case=header, mark=SETTLED, is_set=True, round=header.round), key=header.id)
