"""Somebody who has the broker's password and means no good: everything has its effect once all the same."""

import secrets

import pytest

from tests.faults.strangers import Meddled, strangers

pytestmark = pytest.mark.faults


def test_garbage_repetitions_and_deleted_consumers_stop_nobody():
    lines = strangers(secrets.randbelow(10**6), times=2 * len(Meddled.targets))
    assert not [line for line in lines if not line.holds], lines
