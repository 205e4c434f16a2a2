"""What no committed file holds: where a machine gets its packages from, and which procedure the engine serves."""

import re
import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
LOCKS = ("requirements-setup.lock", "requirements.lock", "requirements-dev.lock")
# Written in pieces, so that this file does not find itself.
REGISTRIES = re.compile(
    r"pypi\.or" r"g|pythonhosted\.or" r"g|registry\.npmj" r"s|/opt/py" r"pi|--(extra-)?index-ur" r"l |--find-link" r"s "
)
PROCEDURE = re.compile(r"\bP(0[1-9]|1\d|2[0-2])\b")


def committed(*places: str) -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z", *places], cwd=HOME, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("this is not a git clone")
    return [file for name in listed.stdout.split("\0") if name and (file := HOME / name).is_file()]


def told_by(pattern: re.Pattern[str], *places: str) -> list[str]:
    """Where the pattern stands in the committed text files of these places."""
    found = []
    for file in committed(*places):
        raw = file.read_bytes()
        if b"\0" not in raw and (hit := pattern.search(raw.decode("utf-8", "replace"))):
            found.append(f"{file.relative_to(HOME)}: {hit.group()}")
    return found


def test_no_committed_file_names_a_package_registry():
    assert told_by(REGISTRIES) == []


def test_the_locks_hold_versions_and_hashes_and_no_address():
    for lock in LOCKS:
        lines = (HOME / lock).read_text().splitlines()
        assert not [line for line in lines if "://" in line or line.startswith("-")], lock
        pins = [line for line in lines if not line.startswith(" ")]
        assert pins
        assert all(re.match(r"[a-z0-9][a-z0-9._-]*==\S+", line) for line in pins), lock
        assert len([line for line in lines if "--hash=sha256:" in line]) >= len(pins), lock


def test_the_tests_stand_on_the_same_versions_as_the_product():
    def pinned(lock: str) -> set[str]:
        return {line.split()[0] for line in (HOME / lock).read_text().splitlines() if "==" in line}

    assert pinned("requirements.lock") <= pinned("requirements-dev.lock")
    assert pinned("requirements-setup.lock") <= pinned("requirements-dev.lock")


def test_the_engine_knows_no_procedure():
    assert told_by(PROCEDURE, "contracts", "chassis", "services") == []


def test_a_procedure_in_the_engine_would_be_found():
    assert PROCEDURE.search('if procedure == "P0' + '3":')
    assert not PROCEDURE.search('an_example(procedure="P00")')


def test_no_two_test_files_have_one_name():
    names = [file.name for file in committed() if file.name.startswith("test_") and file.suffix == ".py"]
    assert sorted(names) == sorted(set(names))
