"""`closeloop procedures activate PACK`: from a day on cases are judged by this version of a procedure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from closeloop.chassis.i18n import _
from closeloop.chassis.remote import Absent, Remote, Token, Url, detail_of
from closeloop.chassis.serving import give_up, terminal_language

CREATED = 201


def activate(
    pack: Annotated[str, typer.Argument(metavar="PACK", help="Name of a pack that is installed where intake runs.")],
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; today if left out.")
    ] = None,
    url: Url = None,
    token: Token = None,
) -> None:
    """Put an installed pack in force from a day on; intake tells every other service."""
    remote = Remote(url, token)
    first: date | None = start.date() if start else None
    try:
        answer = remote.post("/api/intake/procedures", {"pack": pack, "active_from": first and first.isoformat()})
    except Absent:
        give_up(remote.nobody())
    if answer.status_code != CREATED:
        give_up(detail_of(answer))
    since = _("{pack} is in force from {day} on.", pack=pack, day=first.isoformat()) if first else None
    said = since or _("{pack} is in force from now on.", pack=pack)
    typer.echo(said.in_(terminal_language()))
