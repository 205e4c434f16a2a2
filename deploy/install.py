"""Makes .venv ready: the locked packages with their hashes, then Closeloop's own distributions in place.

Called by `make`; needs nothing but a Python with venv. It does nothing when no lock and no pyproject.toml has changed.
"""

from __future__ import annotations  # an old Python has to get as far as the sentence that it is too old

import hashlib
import os
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": "requirements.lock", "test": "requirements-dev.lock"}
PLACES = ("contracts", "chassis", "services/*", "connectors/*", "deploy/*", "procedures/*")


def members() -> list[Path]:
    """The folders of Closeloop's own distributions, the ones that others stand on first."""
    return [found.parent for place in PLACES for found in sorted(HOME.glob(f"{place}/pyproject.toml"))]


def fingerprint(lock: str) -> str:
    """What an installation depends on: if none of it has changed, there is nothing to install."""
    digest = hashlib.sha256(sys.version.encode())
    for path in [HOME / "requirements-setup.lock", HOME / lock, *(member / "pyproject.toml" for member in members())]:
        digest.update(str(path.relative_to(HOME)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def run(*words: str | Path) -> bool:
    return subprocess.run([str(word) for word in words], cwd=HOME, stdin=subprocess.DEVNULL).returncode == 0


def refuse_other_pythons(found: tuple[int, int]) -> None:
    if not (3, 11) <= found <= (3, 13):
        sys.exit(
            f"Closeloop needs Python 3.11, 3.12 or 3.13; this is {found[0]}.{found[1]}. "
            "Name another one: make run PYTHON=python3.12"
        )


def make_venv() -> None:
    if PYTHON.exists() and run(PYTHON, "-c", "import pip"):
        return
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    if made.returncode:
        print((made.stdout + made.stderr).strip(), file=sys.stderr)
        sys.exit("Python cannot make .venv; on Debian and Ubuntu install the package python3-venv, then try again.")


def install(lock: str) -> None:
    """uv is quick; where it cannot be had or cannot reach what pip can, pip does the same from the same lock."""
    pip = (PYTHON, "-m", "pip", "-qq", "--disable-pip-version-check", "install")
    if not run(*pip, "--require-hashes", "-r", "requirements-setup.lock"):
        sys.exit("The packages of requirements-setup.lock could not be installed; pip says above why.")
    uv = (VENV / "bin" / "uv", "--quiet", "pip", "install", "--compile-bytecode", "--python", PYTHON)
    if not run(*uv, "--require-hashes", "-r", lock) and not run(*pip, "--require-hashes", "-r", lock):
        sys.exit(f"The packages of {lock} could not be installed; uv and pip say above why.")
    editable = [word for member in members() for word in ("-e", str(member))]
    own = ("--no-deps", "--no-build-isolation", *editable)
    if not run(*uv, *own) and not run(*pip, *own):
        sys.exit("Closeloop's own distributions could not be installed; uv and pip say above why.")


def main(purpose: str) -> None:
    lock = LOCKS[purpose]
    stamp = VENV / f"installed-{purpose}"
    wanted = fingerprint(lock)
    if PYTHON.exists() and stamp.is_file() and stamp.read_text() == wanted:
        return
    refuse_other_pythons(sys.version_info[:2])
    make_venv()
    print(f"Installing what {lock} names into .venv …", flush=True)
    for old in VENV.glob("installed-*"):
        old.unlink()
    install(lock)
    stamp.write_text(wanted)
    if purpose == "test":
        (VENV / "installed-run").write_text(fingerprint(LOCKS["run"]))


if __name__ == "__main__":
    os.environ.pop("VIRTUAL_ENV", None)
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
