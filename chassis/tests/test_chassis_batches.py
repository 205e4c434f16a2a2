"""How much of what waits goes into one transaction: as much as fits into its time, in fair shares."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

from closeloop.chassis.committer import Committer
from closeloop.chassis.piece import Piece, Source

A_MILLISECOND = 0.001


def a_committer(costs: dict[str, float], **more: Any) -> Committer:
    """One that knows by experience what each kind of piece costs."""
    nothing: Any = None
    committer = Committer(nothing, nothing, now=lambda: datetime.now(UTC), most_waiting=1_000, **more)
    committer._cost.update(costs)
    return committer


def wait(committer: Committer, number: int, name: str, source: Source = "http") -> None:
    """So many pieces of this kind wait."""
    for n in range(number):
        committer.queue(Piece(name, source, (f"{name}-{n}",), lambda work: None))


def test_a_batch_takes_in_what_fits_into_twenty_milliseconds():
    committer = a_committer({"finish_duty": A_MILLISECOND})
    wait(committer, 120, "finish_duty")
    assert 20 <= len(committer.take()) <= 22


def test_a_house_with_a_slow_machine_may_take_less():
    committer = a_committer({"finish_duty": A_MILLISECOND}, batch_seconds=0.005)
    wait(committer, 120, "finish_duty")
    assert 5 <= len(committer.take()) <= 7


def test_nobody_waits_for_a_batch_to_fill_up():
    committer = a_committer({"finish_duty": A_MILLISECOND})
    wait(committer, 2, "finish_duty")
    assert len(committer.take()) == 2 and committer.take() == []


def test_what_was_heard_has_its_share_beside_people():
    committer = a_committer({"finish_duty": A_MILLISECOND, "case.assessed.v1": A_MILLISECOND})
    wait(committer, 100, "finish_duty")
    wait(committer, 100, "case.assessed.v1", "event")
    taken = Counter(piece.source for piece in committer.take())
    assert taken["event"] >= 6 and taken["http"] > taken["event"]
