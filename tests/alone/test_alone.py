"""A department installs its own service and nothing else: wheels, an environment of their own, and it starts."""

import asyncio
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.contracts.loop import SERVICES
from tests.journeys.child import until

HOME = Path(__file__).resolve().parents[2]
UV = HOME / ".venv" / "bin" / "uv"
ALL = bool(os.environ.get("CLOSELOOP_ALL"))
TRIED = SERVICES if ALL else ("dispatch",)
READY_SECONDS = 60

pytestmark = pytest.mark.alone


def run(*words: str | Path, **more: str) -> str:
    """What a command prints; if it fails, everything that it said."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"} | more
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, env=environment, cwd=HOME)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory) -> dict[str, Path]:
    """The distributions as they are handed out, by folder."""
    out = tmp_path_factory.mktemp("wheels")
    for folder in ("contracts", "chassis", *(f"services/{name}" for name in TRIED)):
        run(UV, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable, "-o", out, folder)
    return {path.name.split("-")[0].removeprefix("closeloop_"): path for path in out.glob("*.whl")}


@pytest.fixture(scope="module", params=TRIED)
def installed(request, wheels, tmp_path_factory) -> tuple[str, Path]:
    """A service, contracts and chassis in an environment of their own, with what they say they need."""
    name: str = request.param
    place = tmp_path_factory.mktemp(name) / "venv"
    run(UV, "venv", "--quiet", "--python", sys.executable, place)
    run(
        *(UV, "pip", "install", "--quiet", "--python", place / "bin" / "python"),
        *("--constraint", HOME / "requirements.lock"),
        *(wheels[part] for part in ("contracts", "chassis", name)),
    )
    return name, place / "bin"


@asynccontextmanager
async def serving(name: str, programs: Path, folder: Path) -> AsyncIterator[str]:
    """The service as its department starts it, and the address that it says."""
    async with EmbeddedBroker(folder / "nats") as broker:
        settings = {
            "CLOSELOOP_NATS_URL": broker.url,
            "CLOSELOOP_NATS_USER": broker.credentials.user,
            "CLOSELOOP_NATS_PASSWORD": broker.credentials.password,
            "CLOSELOOP_DATA": str(folder / "data"),
            "CLOSELOOP_PORT": "0",
            "CLOSELOOP_LOG_FORMAT": "json",
        }
        process = await asyncio.create_subprocess_exec(
            *(str(programs / "closeloop"), "serve", name),
            env={"PATH": os.environ["PATH"], **settings},
            stderr=asyncio.subprocess.PIPE,
        )
        assert process.stderr
        try:
            async with asyncio.timeout(READY_SECONDS):
                yield await _address(process.stderr)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()
    assert process.returncode == 0


async def _address(log: asyncio.StreamReader) -> str:
    said = []
    async for line in log:
        said.append(line.decode())
        if line.startswith(b"{") and "url" in (told := json.loads(line)):
            return str(told["url"])
    raise AssertionError("".join(said))


def test_a_wheel_carries_what_a_service_needs(wheels):
    for name in TRIED:
        held = zipfile.ZipFile(wheels[name]).namelist()
        assert f"closeloop/{name}/migrations/versions/0001_first.py" in held
        assert any(path.startswith(f"closeloop/{name}/templates/") for path in held)
        assert any(path.endswith("messages.po") for path in held)
        assert "closeloop/__init__.py" not in held
        assert [path for path in held if path.split("/")[0] == "tests"] == []


async def test_a_service_starts_alone_and_says_when_it_is_ready(installed, tmp_path):
    name, programs = installed
    others = " ".join(f"closeloop.{other}" for other in SERVICES if other != name)
    found = run(
        *(programs / "python", "-c"),
        "import importlib.util, sys; print([one for one in sys.argv[1].split() if importlib.util.find_spec(one)])",
        others,
    )
    assert found.strip() == "[]"
    async with serving(name, programs, tmp_path) as url, httpx.AsyncClient(base_url=url, trust_env=False) as client:
        await asyncio.to_thread(until, lambda: httpx.get(f"{url}/readyz", trust_env=False).is_success, "it ready")
        answer = await client.get("/readyz")
        assert answer.json() == {"service": name, "ready": True, "because": {}}
        assert (await client.get(f"/api/{name}/openapi.json")).status_code == 200
        assert (await client.get(f"/{name}", headers={"Accept": "text/html"})).status_code in (200, 303, 401)


async def test_a_service_that_is_not_installed_is_said_to_be_none(installed):
    name, programs = installed
    other = next(other for other in SERVICES if other != name)
    done = subprocess.run([programs / "closeloop", "serve", other], capture_output=True, text=True, env={"LANG": "C"})
    assert (done.returncode, done.stderr) == (2, f"There is no service {other}. Installed: {name}.\n")
