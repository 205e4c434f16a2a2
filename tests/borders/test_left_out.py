"""What a machine lacks is left out and said in one line; in CI it is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
TWO_PAGES = """
import pytest

@pytest.mark.browser
@pytest.mark.parametrize("page", ["desk", "case"])
def test_a_page_can_be_seen(page):
    pass

def test_what_needs_nothing():
    pass
"""


def passed_without_chromium(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(HOME / "conftest.py", folder)
    (folder / "test_pages.py").write_text(TWO_PAGES)
    environment = {name: value for name, value in os.environ.items() if name != "CI" and not name.startswith("PYTEST")}
    return subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-c",
            HOME / "pyproject.toml",
            "--rootdir",
            folder,
            "-p",
            "no:cacheprovider",
            folder,
        ],
        env={**environment, **settings, "PATH": str(folder)},
        cwd=folder,
        capture_output=True,
        text=True,
    )


def test_one_line_says_what_was_left_out_and_the_closing_line_is_last(tmp_path):
    done = passed_without_chromium(tmp_path)
    assert done.returncode == 0, done.stdout
    *_before, said, closing = done.stdout.strip().splitlines()
    assert said == (
        "Left out 2 tests. There is no Chromium for the browser tests: install the packages of deploy/apt.txt."
    )
    assert closing.startswith("1 passed, 2 skipped in ")


@pytest.mark.parametrize("ci", ["true", "1"])
def test_in_ci_what_is_missing_is_a_failure(tmp_path, ci):
    done = passed_without_chromium(tmp_path, CI=ci)
    assert done.returncode == 1, done.stdout
    assert "There is no Chromium" in done.stdout
    assert "1 passed, 2 errors" in done.stdout
