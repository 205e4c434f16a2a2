"""What processes are made to believe about their machine: small C libraries, compiled when a test asks for them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCES = Path(__file__).with_name("shims")
WARNINGS = ("-Wall", "-Wextra", "-Werror")


def why_no_compiler() -> str | None:
    """Nothing if libraries can be compiled and preloaded here, else one sentence that says what is missing."""
    if not sys.platform.startswith("linux"):
        return "Only Linux preloads the libraries that cut the power and put clocks wrong."
    if shutil.which("cc") is None:
        return "There is no C compiler for the faults of disk and clock: install the packages of deploy/apt.txt."
    return None


class Preloaded:
    """A folder that every user may read, with the libraries and what they are told; gone when it is closed."""

    def __init__(self, *names: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="closeloop-preloaded-")).resolve()
        os.chmod(self.folder, 0o755)
        self.libraries = [self._compiled(name) for name in names]

    @property
    def environment(self) -> dict[str, str]:
        """What the process is started with."""
        return {"LD_PRELOAD": ":".join(map(str, self.libraries))}

    def close(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _compiled(self, name: str) -> Path:
        library = self.folder / f"{name}.so"
        words = ["cc", "-shared", "-fPIC", "-O2", *WARNINGS, "-o", str(library), str(SOURCES / f"{name}.c"), "-ldl"]
        made = subprocess.run(words, capture_output=True, text=True, check=False)
        if made.returncode:
            raise RuntimeError(f"{name}.c does not compile: {made.stderr}")
        return library
