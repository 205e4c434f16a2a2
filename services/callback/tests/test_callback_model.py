"""The rules of callback as plain functions."""

from datetime import UTC, datetime, timedelta

import pytest

from closeloop.callback.api import parts_of
from closeloop.callback.model import Callback, Case, check_moments, check_signature, period_of
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.contracts.every import MarkSet
from closeloop.contracts.examples import an_example
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, SignatureMeans

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
SATISFIED, UNREACHABLE = CallbackOutcome.SATISFIED, CallbackOutcome.UNREACHABLE


@pytest.mark.parametrize(
    "form, outcome, means, signer, witness, fits",
    [
        ("visit", SATISFIED, None, None, None, False),
        ("visit", SATISFIED, SignatureMeans.PAPER, "李梅", None, True),
        ("visit", SATISFIED, SignatureMeans.PAPER, None, None, False),
        ("visit", SATISFIED, SignatureMeans.REFUSED, None, None, False),
        ("visit", SATISFIED, SignatureMeans.REFUSED, None, "王保安", True),
        ("visit", UNREACHABLE, None, None, None, True),
        ("telephone", SATISFIED, None, None, None, True),
        ("telephone", SATISFIED, SignatureMeans.TYPED, "李梅", None, False),
        ("letter", SATISFIED, None, None, None, True),
    ],
)
def test_only_a_visit_is_signed(pack, form, outcome, means, signer, witness, fits):
    rule = pack.callback.form(CallbackForm(form))
    if fits:
        check_signature(rule, outcome, means, signer, witness, pack)
        return
    with pytest.raises(Refused):
        check_signature(rule, outcome, means, signer, witness, pack)


def test_nobody_is_asked_in_the_future_and_an_appointment_lies_ahead():
    check_moments(NOW, NOW + timedelta(days=1), SATISFIED, NOW)
    for asked, answer, outcome in (
        (NOW + timedelta(seconds=1), None, SATISFIED),
        (NOW, NOW, SATISFIED),
        (NOW, NOW + timedelta(days=1), UNREACHABLE),
    ):
        with pytest.raises(Refused):
            check_moments(asked, answer, outcome, NOW)


@pytest.mark.parametrize(
    "per, at, name",
    [
        ("week", datetime(2026, 1, 4, 15, 59, tzinfo=UTC), "2026-W01"),
        ("week", datetime(2026, 1, 4, 16, 0, tzinfo=UTC), "2026-W02"),
        ("month", datetime(2026, 1, 31, 17, 0, tzinfo=UTC), "2026-02"),
        ("quarter", NOW, "2026-Q1"),
        ("half_year", datetime(2026, 7, 1, tzinfo=UTC), "2026-H2"),
        ("year", NOW, "2026"),
        ("day", NOW, "2026-01-05"),
    ],
)
def test_a_period_is_that_of_the_place(pack, per, at, name):
    coverage = pack.callback.said.coverage["repairs"].model_copy(update={"per": per})
    assert period_of(coverage, at) == name


def test_a_case_does_not_unlearn_what_is_newer():
    header = an_example(MarkSet, kind="repair").case
    case = Case(header.id, header.number, header.model_dump(mode="json"))
    case.learn(header.model_copy(update={"round": 2, "sequence": 9}))
    case.learn(header)
    assert (case.known.round, case.known.sequence) == (2, 9)


def test_the_id_of_a_callback_holds_its_case():
    assert parts_of("case.with.dots.12") == ("case.with.dots", 12)
    for wrong in ("12", "case.", "case.x", ".", ""):
        with pytest.raises(NotFound):
            parts_of(wrong)


def test_a_breach_stays_one():
    callback = Callback(
        "c.1", "c", 1, "B-1", "complaint", 1, "complaints", "desk", CallbackForm.LETTER, True, "", NOW, NOW
    )
    assert callback.counts_for_the_clauses
    callback.overdue_at = NOW
    assert not callback.counts_for_the_clauses
