"""What the last released version tells this one understands, and the other way round."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from closeloop.contracts import examples
from closeloop.contracts.envelope import decode
from tests.faults.versions import SETTING, previous, source_of

READS = """
import sys
from pathlib import Path
from closeloop.contracts.envelope import Garbage, decode
for file in sorted(Path(sys.argv[1]).glob("*.json")):
    try:
        decode(file.read_bytes())
    except Garbage as wrong:
        print(f"{file.name}: {wrong}")
"""


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The contracts of the version before."""
    version, said = previous()
    if version == "HEAD" and not os.environ.get(SETTING):
        pytest.skip(f"There is nothing to set beside this version: {said}.")
    return source_of(version, tmp_path_factory.mktemp("older"), ["contracts"]) / "contracts"


def test_this_version_reads_what_the_last_one_tells(older: Path):
    for file in sorted((older / "closeloop" / "contracts" / "examples").glob("*.json")):
        decode(file.read_bytes())


def test_the_last_version_reads_what_this_one_tells(older: Path):
    """What only this version tells the last one does not listen to: a hearer names the subjects that it wants."""
    folder = Path(next(iter(examples.__path__)))
    words = [sys.executable, "-c", READS, str(folder)]
    said = subprocess.run(
        words, env={**os.environ, "PYTHONPATH": str(older)}, capture_output=True, text=True, check=True
    )
    assert [line for line in said.stdout.splitlines() if "Nobody here knows events of the type" not in line] == []
