"""The rules of callback as plain functions."""

from datetime import UTC, datetime, timedelta

import pytest

from closeloop.callback.asking.api import parts_of
from closeloop.callback.asking.model import check_moments, check_signature
from closeloop.callback.model import Callback, Case
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
