"""A data folder belongs to one running suite at a time."""

import os
import subprocess
import sys

import pytest

from closeloop.chassis.embedded.lock import AlreadyRunning, lock_folder

HOLDER = """
import sys
from pathlib import Path
from closeloop.chassis.embedded.lock import lock_folder
with lock_folder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_start_on_the_same_folder_is_told_who_is_first(tmp_path):
    with lock_folder(tmp_path), pytest.raises(AlreadyRunning) as refused, lock_folder(tmp_path):
        pass
    assert str(tmp_path) in refused.value.sentence.en
    assert f"process {os.getpid()}" in refused.value.sentence.en
    assert "CLOSELOOP_DATA" in refused.value.sentence.en


def test_a_folder_that_was_given_back_can_be_taken_again(tmp_path):
    folder = tmp_path / "not" / "yet" / "there"
    for _start in range(2):
        with lock_folder(folder):
            assert (folder / "lock").stat().st_mode & 0o777 == 0o600


def test_the_lock_goes_with_a_process_that_was_killed(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout and holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning), lock_folder(tmp_path):
            pass
        holder.kill()
    with lock_folder(tmp_path):
        pass
