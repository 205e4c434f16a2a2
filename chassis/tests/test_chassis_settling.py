"""Settled: the others learn once that an occasion of a case is open, and once that none is any more."""

from datetime import UTC, datetime
from itertools import count

import pytest

from closeloop.chassis.batch import Batch
from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.occasions import breached, kept, opened
from closeloop.chassis.piece import Piece
from closeloop.chassis.settling import Unsettled, tell_whether_settled
from closeloop.chassis.work import Surroundings, Work
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.every import MarkSet
from closeloop.contracts.examples import an_example

CLAUSE = "P00-1"


@pytest.fixture
def told():
    return []


@pytest.fixture
def work(told):
    numbers = count(1)

    def write_down(event: Event, traceparent: str | None) -> str:
        told.append(event)
        return ""

    around = Surroundings(
        service="callback",
        branch="main",
        new_id=lambda: f"id{next(numbers)}",
        pack=lambda procedure, version: pytest.fail("no pack is needed"),
        write_down=write_down,
        calendar=lambda place: WorkingCalendar(),
    )
    piece = Piece("test", "http", ("case",), lambda work: None)
    batch = Batch([piece], now=datetime(2026, 1, 5, tzinfo=UTC), dialect="sqlite", counters={}, parked={})
    batch.loaded([])
    return Work(batch, piece, around)


def in_round(number: int = 1) -> CaseHeader:
    header = an_example(MarkSet).case
    return header.model_copy(update={"id": "case", "round": number})


def said(told):
    return [(event.round, event.is_set) for event in told if isinstance(event, MarkSet)]


def test_a_case_without_an_open_occasion_is_not_worth_a_word(work, told):
    tell_whether_settled(work, in_round())
    work.judge(kept([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round())
    assert said(told) == []


def test_an_open_occasion_is_said_once_and_that_it_ended_once(work, told):
    work.judge(opened([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round())
    tell_whether_settled(work, in_round())
    assert said(told) == [(1, False)]
    work.judge(breached([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round())
    tell_whether_settled(work, in_round())
    assert said(told) == [(1, False), (1, True)]
    assert told[0].mark == "occasions_settled" and work.all(Unsettled) == []


def test_nothing_is_said_while_marks_of_ones_own_hold_the_case_anyway(work, told):
    work.judge(opened([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round(), may_close=False)
    assert said(told) == []
    tell_whether_settled(work, in_round())
    tell_whether_settled(work, in_round(), may_close=False)
    assert said(told) == [(1, False)]


def test_what_is_still_open_in_a_further_round_is_said_of_that_round(work, told):
    work.judge(opened([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round(1))
    tell_whether_settled(work, in_round(2))
    work.judge(kept([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round(2))
    assert said(told) == [(1, False), (2, False), (2, True)]


def test_what_ended_between_two_rounds_leaves_nothing_to_say(work, told):
    work.judge(opened([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round(1))
    work.judge(kept([CLAUSE], of="duty:1"))
    tell_whether_settled(work, in_round(2))
    assert said(told) == [(1, False)] and work.all(Unsettled) == []
