"""Limits pass while dispatch is away: each is told once and late, and none that was stopped in time."""

from pathlib import Path

import pytest

from tests.faults.deadlines import ANSWERED_OF, while_dispatch_is_away

CASES = 50

pytestmark = pytest.mark.faults


def test_limits_that_passed_while_dispatch_was_away_are_told_once_and_not_those_stopped_in_time(tmp_path: Path):
    passed = while_dispatch_is_away(tmp_path, CASES)
    assert not passed.findings
    assert len(passed.missed) == CASES - CASES // ANSWERED_OF
    assert not passed.missed.keys() & passed.answered
