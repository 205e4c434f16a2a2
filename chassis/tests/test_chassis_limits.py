"""Limits: whatever order a stop and a miss are heard in, a stop in time is kept and a late one breached."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.chassis.batch import Batch
from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.limit_changes import extend_limit
from closeloop.chassis.limits import (
    Limit,
    is_said_late,
    missed_limit,
    running_limit,
    start_limit,
    stop_limit,
    withdraw_limit,
)
from closeloop.chassis.piece import Piece
from closeloop.chassis.refusals import Refused
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Surroundings, Work
from closeloop.contracts.event import Event
from closeloop.contracts.every import OccasionsJudged
from closeloop.contracts.vocabulary import OccasionEnd

MORNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Desk:
    """One case with its limits; `at` is a piece of work at some moment."""

    def __init__(self) -> None:
        numbers = count(1)
        self.told: list[Event] = []
        self.around = Surroundings(
            service="dispatch",
            branch="main",
            new_id=lambda: f"id{next(numbers)}",
            pack=lambda procedure, version: pytest.fail("no pack is needed"),
            write_down=self._write_down,
            calendar=lambda place: WorkingCalendar(),
        )
        self.piece = Piece("test", "http", ("case",), lambda work: None)
        self.batch = Batch([self.piece], now=MORNING, dialect="sqlite", counters={}, parked={})
        self.batch.loaded([])

    def _write_down(self, event: Event, traceparent: str | None) -> str:
        self.told.append(event)
        return ""

    def at(self, now: datetime) -> Work:
        self.batch.now = now
        return Work(self.batch, self.piece, self.around)

    def start(self, now: datetime = MORNING, due_at: datetime = MORNING + HOUR) -> None:
        work = self.at(now)
        judging = start_limit(work, name="answer", of="duty:1", due_at=due_at, clauses=["P00-2"])
        work.publish(OccasionsJudged(), judging=judging)

    def stop(self, now: datetime, occurred_at: datetime | None = None) -> None:
        work = self.at(now)
        work.publish(OccasionsJudged(), judging=stop_limit(work, "answer", "duty:1", occurred_at))

    def look_at_the_clock(self, now: datetime) -> bool:
        work = self.at(now)
        timer = Timer("t", "case", "limit", "duty:1:answer", now)
        missed = missed_limit(work, timer)
        if missed is None:
            return False
        work.publish(OccasionsJudged(), judging=missed[1])
        return True

    def ends(self) -> list[str]:
        """How the occasions stand now, one word each."""
        latest = {judged.id: judged.end for event in self.told for judged in event.occasions}
        return sorted(latest.values())

    def limit(self) -> Limit:
        return self.at(self.batch.now).one(Limit)


moments = st.integers(0, 240).map(lambda minutes: MORNING + timedelta(minutes=minutes))


@given(occurred=moments, delay=st.integers(0, 240), looks=st.lists(moments, max_size=4))
def test_stopping_in_time_is_never_breached_whatever_is_heard_first(occurred, delay, looks):
    desk = Desk()
    desk.start()
    heard = occurred + timedelta(minutes=delay)
    what: list[tuple[datetime, bool]] = sorted([(heard, True), *((look, False) for look in looks)])
    for now, is_stop in what:
        if is_stop:
            desk.stop(now, occurred)
        else:
            desk.look_at_the_clock(now)
    in_time = occurred <= MORNING + HOUR
    assert (OccasionEnd.BREACHED in desk.ends()) is not in_time
    assert (OccasionEnd.KEPT in desk.ends()) is in_time
    assert OccasionEnd.OPENED not in desk.ends()
    assert (desk.limit().missed_at is None) is in_time


@given(looks=st.lists(moments, max_size=6))
def test_a_miss_is_said_once_and_only_after_the_limit(looks):
    desk = Desk()
    desk.start()
    said = [look for look in sorted(looks) if desk.look_at_the_clock(look)]
    late = [look for look in sorted(looks) if look >= MORNING + HOUR]
    assert said == late[:1]


def test_a_stop_in_time_that_is_heard_late_withdraws_the_breach():
    desk = Desk()
    desk.start()
    assert desk.look_at_the_clock(MORNING + HOUR)
    assert desk.ends() == ["breached"]
    desk.stop(MORNING + 3 * HOUR, occurred_at=MORNING + HOUR / 2)
    assert desk.ends() == ["kept", "withdrawn"]


def test_a_limit_is_put_off_before_it_passes_and_keeps_a_ledger():
    desk = Desk()
    desk.start()
    limit, before = extend_limit(desk.at(MORNING), "answer", "duty:1", to=MORNING + 2 * HOUR, reason="parts")
    assert before == limit.first_due_at == MORNING + HOUR
    assert (limit.due_at, limit.times_extended) == (MORNING + 2 * HOUR, 1)
    assert [stretch["what"] for stretch in limit.ledger] == ["running", "extended"]
    assert not desk.look_at_the_clock(MORNING + HOUR)
    desk.stop(MORNING + 2 * HOUR)
    assert desk.ends() == ["kept"]


@pytest.mark.parametrize(
    ("now", "to"),
    [(MORNING + HOUR, MORNING + 2 * HOUR), (MORNING, MORNING + HOUR / 2)],
    ids=["after it passed", "to an earlier moment"],
)
def test_a_limit_is_not_put_off(now, to):
    desk = Desk()
    desk.start()
    with pytest.raises(Refused):
        extend_limit(desk.at(now), "answer", "duty:1", to=to, reason="parts", clause="P00-2")


def test_a_limit_that_stopped_is_not_put_off():
    desk = Desk()
    desk.start()
    desk.stop(MORNING)
    with pytest.raises(Refused):
        extend_limit(desk.at(MORNING), "answer", "duty:1", to=MORNING + 2 * HOUR, reason="parts")


def test_what_is_no_longer_to_be_done_has_no_limit():
    desk = Desk()
    desk.start()
    work = desk.at(MORNING)
    work.publish(OccasionsJudged(), judging=withdraw_limit(work, "answer", "duty:1"))
    assert desk.ends() == ["withdrawn"]
    assert not desk.look_at_the_clock(MORNING + 2 * HOUR)
    assert withdraw_limit(work, "answer", "duty:1") == []
    assert work.all(Timer) == []


def test_a_limit_that_runs_is_not_started_twice_but_may_run_again_after_its_stop():
    desk = Desk()
    desk.start()
    desk.start(MORNING, MORNING + 5 * HOUR)
    assert desk.limit().due_at == MORNING + HOUR
    desk.stop(MORNING)
    desk.start(MORNING + HOUR, MORNING + 2 * HOUR)
    running = running_limit(desk.at(MORNING + HOUR), "answer", "duty:1")
    assert running is not None and running.due_at == MORNING + 2 * HOUR


def test_a_miss_long_after_the_limit_is_said_to_be_said_late():
    assert not is_said_late(MORNING, MORNING + timedelta(seconds=59))
    assert is_said_late(MORNING, MORNING + timedelta(minutes=2))
