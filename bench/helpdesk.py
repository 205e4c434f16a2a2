"""Two processes of intake against django-helpdesk with two workers: a ticket by REST, on the same PostgreSQL."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.house import ROOT, House, Running, a_repair, apart, free_port, helper, without_caching_ban
from bench.intake import in_turns, told
from bench.results import Goal, Result

REQUIREMENTS = ("django-helpdesk==2.6.1", "Django>=5.2,<5.3", "granian==2.8.7", "psycopg[binary]>=3.2,<4")
ROUNDS = 5
SECONDS = 3.0
WORKERS = 2
CLIENTS = 64
GOAL, AIM = Goal(">=", 25), 40.0
INSTALLED_WITHIN = 600.0


async def helpdesk(house: House, rounds: int = ROUNDS, seconds: float = SECONDS) -> list[Result]:
    """Each told the same case, in turns; mail is off, tokens are known, connections are kept."""
    try:
        python = await apart(installed, house.folder / "helpdesk")
    except subprocess.SubprocessError as trouble:
        said = getattr(trouble, "stderr", None) or str(trouble)
        print(f"django-helpdesk cannot be installed here, so nothing is compared with it: {said[-1000:]}", flush=True)
        return []
    intake = [await apart(house.serve, "intake") for _ in range(WORKERS)]
    ours = await apart(house.serve_balanced, *intake)
    ours.beside = intake
    case = a_repair(await apart(house.put_in_force, intake[0]))
    theirs, token = await apart(_served, house, python)
    ways = {
        "product": (ours, "/api/intake/cases", case),
        "helpdesk": (theirs, "/helpdesk/api/tickets/", a_ticket(case)),
    }
    headers = {"product": house.token("desk-1"), "helpdesk": {"Authorization": f"Token {token}"}}
    seen = await in_turns(ways, headers, [CLIENTS], rounds, seconds)
    for one in (ours, *intake, theirs):
        one.stop()
    says = f"Registering at {WORKERS} processes, {CLIENTS} clients, against django-helpdesk by REST, {WORKERS} workers"
    return [told("intake_helpdesk", says, seen["product", CLIENTS], seen["helpdesk", CLIENTS], GOAL, AIM)]


def a_ticket(case: dict[str, Any]) -> dict[str, Any]:
    """The same case as that system takes it down."""
    return {
        "queue": 1,
        "title": case["content"][:20],
        "description": f"{case['content']}\n{case['remedy_sought']}",
        "submitter_email": "resident@example.org",
        "priority": 3,
    }


def installed(folder: Path) -> Path:
    """An environment of its own, with that system in it; answers its Python."""
    said: dict[str, Any] = {"check": True, "capture_output": True, "text": True, "timeout": INSTALLED_WITHIN}
    subprocess.run([sys.executable, "-m", "venv", str(folder)], **said)
    python = folder / "bin" / "python"
    subprocess.run([str(python), "-m", "pip", "install", "--quiet", "--prefer-binary", *REQUIREMENTS], **said)
    return python


def _served(house: House, python: Path) -> tuple[Running, str]:
    """It serves on a database of the same server; answers the token of somebody who may open tickets."""
    environment = {
        **without_caching_ban(),
        "DJANGO_SETTINGS_MODULE": "bench.helpdesk_site.settings",
        "HELPDESK_DATABASE": house.database("helpdesk"),
        "PYTHONPATH": str(ROOT),
    }
    token = helper("bench.helpdesk_site.prepare", environment=environment, python=str(python))["token"]
    port = free_port()
    command = [str(python.with_name("granian")), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--no-access-log", "bench.helpdesk_site.wsgi:application"]
    return house.started(command, port, environment, "helpdesk"), token
