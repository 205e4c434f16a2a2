"""`closeloop clock`: what the clock of a running suite shows, and moving a simulated one on."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.remote import Absent, Remote, Token, Url, detail_of
from closeloop.chassis.serving import give_up, terminal_language

if TYPE_CHECKING:
    import httpx

clock_app = typer.Typer(no_args_is_help=True, help="What the clock shows; a simulated one can be moved on.")


@clock_app.command("show")
def show(url: Url = None, token: Token = None) -> None:
    """Say what the clock shows, and whether it is a simulated one."""
    remote = Remote(url, token)
    try:
        _tell(remote.get("/api/clock"))
    except Absent:
        give_up(remote.nobody())


@clock_app.command("advance")
def advance(
    by: Annotated[str, typer.Argument(help="How far, like 90m, 12h, 7d or 2w.")], url: Url = None, token: Token = None
) -> None:
    """Move a simulated clock on, from one due moment to the next, until everything that follows is done."""
    remote = Remote(url, token)
    try:
        _tell(remote.post("/api/clock", {"advance": by}, patience=None))
    except Absent:
        give_up(remote.nobody())


def _tell(answer: httpx.Response) -> None:
    if answer.status_code != 200:
        give_up(detail_of(answer))
    told = answer.json()
    now = datetime.fromisoformat(told["now"]).astimezone(HOME_ZONE).isoformat(timespec="seconds")
    said = _("{now} by the simulated clock", now=now) if told["simulated"] else _("{now} by the real clock", now=now)
    typer.echo(said.in_(terminal_language()))
