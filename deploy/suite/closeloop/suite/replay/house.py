"""Where a replay takes place: in a suite of its own that lives and dies with it, or in one that runs somewhere."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from closeloop.chassis.embedded.child import LOCKED_OUT, start_child
from closeloop.chassis.embedded.lock import ALREADY_RUNNING
from closeloop.chassis.i18n import _
from closeloop.chassis.people import People
from closeloop.chassis.people.organisation import Organisation, OrganisationUnreadable, load_organisation
from closeloop.suite.replay.refusing import CannotReplay
from closeloop.suite.replay.site import OPERATOR, Site

LOOKS_SECONDS = 0.02
STOPS_WITHIN_SECONDS = 30.0
RUNS = "from closeloop.chassis.command import main; main()"
READY = re.compile(r"Closeloop is ready: (http://\S+)")


@asynccontextmanager
async def own_suite(data: Path, organisation: Path, starts_at: datetime, port: int) -> AsyncIterator[Site]:
    """A suite on this data folder whose clock starts at this moment, or goes on where it stood."""
    _make_fit(data)
    said = data / "replay.log"
    os.environ["CLOSELOOP_ORGANISATION"] = str(organisation)  # the child reads it at its first start
    words = [sys.executable, "-c", RUNS, "up", "--port", str(port), "--data", str(data)]
    child = start_child(
        [*words, "--clock", starts_at.isoformat(), "--log", "warning"],
        folder=data,
        output=said,
        lock=data / "replay.lock",
        told_by=signal.SIGKILL,
    )
    try:
        url = await _address(child, said)
        async with Site(url, People.of(data)) as site:
            yield site
    finally:
        await _stopped(child)


@asynccontextmanager
async def running_suite(url: str, data: Path) -> AsyncIterator[Site]:
    """A suite that runs already; its data folder holds the keys with which its people sign."""
    async with Site(url.rstrip("/"), _people_in(data)) as site:
        await site.clock()
        answer = await site.ask("GET", OPERATOR, "/api/intake/procedures")
        if answer.status == 401:
            raise CannotReplay(
                _(
                    "{url} does not accept the tokens made in {data}: name its own data folder with --data.",
                    url=url,
                    data=str(data),
                )
            )
        yield site


def organisation_of(file: Path) -> Organisation:
    """The organisation that a mapping names."""
    try:
        return load_organisation(file)
    except OrganisationUnreadable as unreadable:
        raise CannotReplay(_("{said}", said=str(unreadable))) from None


def _make_fit(data: Path) -> None:
    if (data / "intake.db").exists() and not (data / "clock.json").exists():
        raise CannotReplay(
            _("{data} holds the data of a Closeloop in real time: name another folder with --data.", data=str(data))
        )
    data.mkdir(parents=True, exist_ok=True)


def _people_in(data: Path) -> People:
    if not (data / "organisation.yaml").exists():
        raise CannotReplay(_("{data} is no data folder: name that of the running suite with --data.", data=str(data)))
    try:
        return People.of(data)
    except OrganisationUnreadable as unreadable:
        raise CannotReplay(_("{said}", said=str(unreadable))) from None


async def _address(child: subprocess.Popen[bytes], said: Path) -> str:
    while True:
        code = child.poll()
        text = _read(said)
        if found := READY.search(text):
            return found[1]
        if code in (LOCKED_OUT, ALREADY_RUNNING):
            raise CannotReplay(_("{data} is in use by another Closeloop.", data=str(said.parent)), ALREADY_RUNNING)
        if code is not None:
            last = text.strip().splitlines()[-1:] or [f"exit code {code}"]
            raise CannotReplay(_("Closeloop did not start: {why}", why=last[0]), code if code > 0 else 1)
        await asyncio.sleep(LOOKS_SECONDS)


def _read(said: Path) -> str:
    return said.read_text(encoding="utf-8", errors="replace")


async def _stopped(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.send_signal(signal.SIGTERM)
    try:
        await asyncio.to_thread(child.wait, STOPS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
