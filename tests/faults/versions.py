"""The previous version beside this one: some services from its wheels, the others as they stand here, on one bus.

A department upgrades when it likes: whatever the old ones tell the new ones understand, and the other way round. Then
the old ones are upgraded one after the other, on the databases that they have, while people work.
"""

from __future__ import annotations

import asyncio
import compileall
import os
import signal
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
ANSWERS = 400
MIXES = (("intake", "callback", "stats"), ("dispatch", "survey"))
"""Which services are of the previous version; the other way round in the second trial."""


def previous() -> tuple[str, str]:
    """The version to set beside this one, and in words which one it is: the last one released, if there is one.

    Only from a released one there is a way to this one for a database: first migrations are rewritten until then.
    """
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
    """Five services, some of them of another version until they are upgraded."""

    def __init__(self, folder: Path, place: Path, old: Iterable[str], *, upgraded: bool) -> None:
        super().__init__(folder)
        self.variables = {"PYTHONPATH": str(place)}
        self.environments = dict.fromkeys(old, self.variables)
        self.targets = tuple(old) if upgraded else ()

    async def kill(self, target: str) -> bool:
        """It is stopped, upgraded, and started again."""
        process = self.processes[target]
        process.kill(signal.SIGTERM)
        for name, value in self.variables.items():
            process.words.remove(f"{name}={value}")
        process.start()
        return True


def versions(seed: int) -> list[Line]:
    """People work with both mixes; the checker looks at everything."""
    version, said = previous()
    upgraded = SETTING not in os.environ
    lines = [Line("beside this version", said)]
    with tempfile.TemporaryDirectory(prefix="closeloop-faults-versions-") as folder:
        place = installed(version, Path(folder))
        for n, old in enumerate(MIXES):
            house = Mixed(Path(folder) / str(n), place, old, upgraded=upgraded)
            result = asyncio.run(trial.run(house, seed + n, len(house.targets), ANSWERS))
            work = f"{result.registered} cases, {result.events} events, {len(result.killed)} upgraded meanwhile"
            lines.append(Line(f"old: {', '.join(old)}", work))
            lines.append(counted("  lost, doubled, parked or refused", result.findings))
            sys.stdout.write(f"{result}\n")
    return lines


def _git(*words: str) -> str:
    return subprocess.run(["git", "-C", HOME, *words], capture_output=True, text=True, check=True).stdout.strip()
