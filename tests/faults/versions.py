"""The previous version beside this one: some services from its wheels, the others as they stand here, on one bus.

A department upgrades when it likes: whatever the old ones tell the new ones understand, and the other way round.
"""

from __future__ import annotations

import asyncio
import compileall
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from tests.faults import trial
from tests.faults.deployment import Apart
from tests.faults.table import Line, counted

HOME = Path(__file__).resolve().parents[2]
SETTING = "CLOSELOOP_PREVIOUS"
DISTRIBUTIONS = ("contracts", "chassis", "services", "connectors", "procedures", "deploy")
MIXES = (("intake", "callback", "stats"), ("dispatch", "survey"))
"""Which services are of the previous version; the other way round in the second trial."""
ANSWERS = 400


def previous() -> tuple[str, str]:
    """The version to set beside this one, and in words which one it is: the last one released, if there is one."""
    if named := os.environ.get(SETTING):
        return named, f"{named} ({SETTING})"
    tags = _git("tag", "--list", "v*", "--merged", "HEAD", "--sort=-version:refname").split()
    if tags:
        return tags[0], f"{tags[0]}, the last released"
    return "HEAD", f"HEAD ({_git('rev-parse', '--short', 'HEAD')}): nothing was released yet"


def source_of(version: str, folder: Path, parts: Iterable[str]) -> Path:
    """These folders as they were in this version."""
    packed = subprocess.run(["git", "-C", HOME, "archive", version, *parts], capture_output=True, check=True).stdout
    with tarfile.open(fileobj=BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def installed(version: str, folder: Path) -> Path:
    """The distributions of this version as wheels, laid out in a folder that goes before everything installed."""
    source = source_of(version, folder / "source", DISTRIBUTIONS)
    wheels, place = folder / "wheels", folder / "installed"
    for settings in source.rglob("pyproject.toml"):
        words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
        subprocess.run(words, cwd=settings.parent, check=True, capture_output=True)
    for wheel in wheels.glob("*.whl"):
        zipfile.ZipFile(wheel).extractall(place)
    compileall.compile_dir(place, quiet=1)
    return place


class Mixed(Apart):
    """Five services, some of them of another version."""

    def __init__(self, folder: Path, place: Path, old: Iterable[str]) -> None:
        super().__init__(folder)
        self.environments = {service: {"PYTHONPATH": str(place)} for service in old}


def versions(seed: int) -> list[Line]:
    """People work with both mixes, nothing is killed; the checker looks at everything."""
    version, said = previous()
    lines = [Line("beside this version", said)]
    with tempfile.TemporaryDirectory(prefix="closeloop-faults-versions-") as folder:
        place = installed(version, Path(folder))
        for n, old in enumerate(MIXES):
            result = asyncio.run(trial.run(Mixed(Path(folder) / str(n), place, old), seed + n, 0, ANSWERS))
            lines.append(Line(f"old: {', '.join(old)}", f"{result.registered} cases, {result.events} events"))
            lines.append(counted("  lost, doubled, parked or refused", result.findings))
    return lines


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", HOME, *words], capture_output=True, text=True, check=True).stdout.strip()
