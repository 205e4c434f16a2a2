"""Coverage: the one definition by which callback shows what is missing and stats judges."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from closeloop.chassis.coverage import Coverage, asked_of, note_attempt, note_mark, note_waiver
from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.every import MarkSet
from closeloop.contracts.examples import an_example

FIRST, LATER = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 12, tzinfo=UTC)


@dataclass
class Case:
    handled_at: datetime | None = None
    handled_round: int = 0
    callbacks_made: int = 0
    waived_at: datetime | None = None


def mark(**said):
    return an_example(MarkSet).model_copy(update={"mark": "handled", "is_set": True, "round": 1} | said)


def test_a_case_belongs_to_the_period_in_which_it_was_first_handled():
    case = Case()
    note_mark(case, mark(), FIRST)
    note_mark(case, mark(round=2), LATER)
    assert (case.handled_at, case.handled_round) == (FIRST, 1)


def test_handling_that_is_taken_back_counts_when_it_is_done_again():
    case = Case()
    note_mark(case, mark(), FIRST)
    note_mark(case, mark(is_set=False), LATER)
    assert case.handled_at is None
    note_mark(case, mark(), LATER)
    assert case.handled_at == LATER


def test_a_waiver_exempts_until_it_is_taken_back_but_a_sample_never_does():
    case = Case()
    waiver = an_example(CallbackWaived)
    note_waiver(case, waiver.model_copy(update={"reason": "not_in_sample"}), FIRST)
    assert case.waived_at is None
    note_waiver(case, waiver.model_copy(update={"reason": "declined"}), FIRST)
    assert case.waived_at == FIRST
    note_mark(case, mark(mark="waived", is_set=False), LATER)
    assert case.waived_at is None


def test_only_an_attempt_that_counts_is_a_callback():
    case, attempt = Case(), an_example(CallbackAttempted)
    note_attempt(case, attempt.model_copy(update={"counts": False}))
    assert case.callbacks_made == 0
    note_attempt(case, attempt.model_copy(update={"counts": True}))
    assert case.callbacks_made == 1


@pytest.mark.parametrize(
    "figures, rate, shortfall, met",
    [
        (Coverage(10, 0, 9, 90), 90, 0, True),
        (Coverage(10, 0, 8, 90), 80, 1, False),
        (Coverage(10, 2, 7, 90), 87.5, 1, False),
        (Coverage(10, 2, 8, 90, counts_exempted=True), 80, 1, False),
        (Coverage(0, 0, 0, 90), None, 0, None),
        (Coverage(3, 3, 0, 90), None, 0, None),
        (Coverage(4, 0, 0), 0, 0, None),
        (Coverage(4, 0, 1, 30), 25, 1, False),
    ],
)
def test_what_is_missing_is_said_in_callbacks(figures, rate, shortfall, met):
    assert (figures.rate, figures.shortfall, figures.met) == (rate, shortfall, met)


@given(st.integers(0, 5000), st.sampled_from([0, 12.5, 30, 33.3, 90, 100]))
def test_as_many_as_are_asked_for_reach_the_share_and_one_less_does_not(cases, share):
    wanted = asked_of(cases, share)
    assert wanted * 100 >= share * cases - 1e-9
    assert wanted == 0 or (wanted - 1) * 100 < share * cases + 1e-9
    if cases and share:
        assert wanted >= 1
