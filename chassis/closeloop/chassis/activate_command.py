"""`closeloop procedures activate PACK`: from a day on cases are judged by this version of a procedure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from closeloop.chassis.i18n import _
from closeloop.chassis.remote import Absent, Remote, Token, Url, detail_of
from closeloop.chassis.serving import give_up, terminal_language

CREATED, ACCEPTED = 201, 202


def activate(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Name of a pack that is installed where intake runs.")],
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; today if left out.")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, where another version is in force.")] = "",
    url: Url = None,
    token: Token = None,
) -> None:
    """Put an installed pack in force from a day on; another version of it waits for somebody else's yes."""
    remote = Remote(url, token)
    first: date | None = start.date() if start else None
    try:
        said = {"pack": pack, "active_from": first and first.isoformat(), "reason": reason}
        answer = remote.post("/api/intake/procedures", said)
    except Absent:
        give_up(remote.nobody())
    if answer.status_code not in (CREATED, ACCEPTED):
        give_up(detail_of(answer))
    if answer.status_code == ACCEPTED and answer.json()["approved"] is None:
        asked = ", ".join(answer.json()["asked"])
        waits = _("{pack} is proposed. It counts when one of these says yes: {asked}.", pack=pack, asked=asked)
        typer.echo(waits.in_(terminal_language()))
        return
    since = _("{pack} is in force from {day} on.", pack=pack, day=first.isoformat()) if first else None
    told = since or _("{pack} is in force from now on.", pack=pack)
    typer.echo(told.in_(terminal_language()))
