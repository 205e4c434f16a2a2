"""`closeloop …` as a child process: started with settings of its own, asked for what it says, always ended."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

COMMAND = Path(sysconfig.get_path("scripts")) / "closeloop"
PATIENCE_SECONDS = 60.0
LOOKS_EVERY_SECONDS = 0.02
READY = re.compile(r"Closeloop is ready: (http://\S+)|serving .*?url=(http://\S+)|(http://127\.0\.0\.1:\d+)")


def until(look: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """Look again and again until there is something to see; the one place where a journey waits."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds:g} s there is still not {what}; last seen: {seen!r}")
        time.sleep(LOOKS_EVERY_SECONDS)
    return seen


def settings_only(**settings: Any) -> dict[str, str]:
    """The environment of this machine without anybody's Closeloop settings, and with these."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("CLOSELOOP_")}
    given = {f"CLOSELOOP_{name.upper()}": str(value) for name, value in settings.items()}
    return {**plain, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **given}


class Closeloop:
    """One running command; `with Closeloop("up", …) as site: site.address`."""

    def __init__(self, *words: Any, folder: Path, **settings: Any) -> None:
        self.words = [str(COMMAND), *map(str, words)]
        self.output = folder / f"said-{time.monotonic_ns()}.txt"
        self.folder = folder
        with self.output.open("wb") as said:
            self.process = subprocess.Popen(
                self.words,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=settings_only(**settings),
                start_new_session=True,
            )

    @property
    def said(self) -> str:
        """Everything it has printed so far."""
        return self.output.read_text(encoding="utf-8", errors="replace")

    @property
    def address(self) -> str:
        """Where it answers, as soon as it says so."""

        def said_so() -> str:
            assert self.process.poll() is None, f"{self.words} ended with {self.process.returncode}:\n{self.said}"
            found = READY.search(self.said)
            return next(filter(None, found.groups())) if found else ""

        return until(said_so, "an address from " + " ".join(self.words[1:]))

    def ended(self, seconds: float = PATIENCE_SECONDS) -> int:
        """The exit code, when it has ended by itself or because it was asked to."""
        return self.process.wait(seconds)

    def ctrl_c(self) -> int:
        """What Ctrl-C does: SIGINT to the whole group of processes."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.ended()

    def kill(self) -> None:
        """What a power cut does to a process."""
        self.process.kill()
        self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: Any) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
