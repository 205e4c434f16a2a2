"""How much of what waits goes into one transaction: as much as fits into its time, in fair shares."""

from collections import Counter

from closeloop.chassis.piece import Piece, Source
from closeloop.chassis.queues import Queues
from closeloop.chassis.settings import Settings

A_MILLISECOND = 0.001
USUALLY = Settings().batch_milliseconds / 1000


def wait(queues: Queues, number: int, name: str, source: Source = "http") -> None:
    """So many pieces of this kind wait, of which each takes a millisecond by experience."""
    queues.costs[name] = A_MILLISECOND
    for n in range(number):
        queues.put(Piece(name, source, (f"{name}-{n}",), lambda work: None))


def test_a_batch_takes_in_what_fits_into_twenty_milliseconds():
    queues = Queues(USUALLY)
    wait(queues, 120, "finish_duty")
    assert 20 <= len(queues.take()) <= 22


def test_a_house_with_a_slow_machine_may_take_less():
    queues = Queues(0.005)
    wait(queues, 120, "finish_duty")
    assert 5 <= len(queues.take()) <= 7


def test_nobody_waits_for_a_batch_to_fill_up():
    queues = Queues(USUALLY)
    wait(queues, 2, "finish_duty")
    assert len(queues.take()) == 2 and queues.take() == [] and not queues


def test_what_was_heard_has_its_share_beside_people():
    queues = Queues(USUALLY)
    wait(queues, 100, "finish_duty")
    wait(queues, 100, "case.assessed.v1", "event")
    taken = Counter(piece.source for piece in queues.take())
    assert taken["event"] >= 6 and taken["http"] > taken["event"]
