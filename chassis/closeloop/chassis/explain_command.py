"""`closeloop explain NUMBER`: a case's whole way, as every service wrote it down, merged by time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.remote import Absent, Remote, Token, Url, detail_of
from closeloop.chassis.serving import give_up, terminal_language
from closeloop.contracts.loop import SERVICES

NOT_FOUND = 404
WHAT_WIDTH, BY_WIDTH = 20, 24


def explain(
    number: Annotated[str, typer.Argument(help="Number of the case in the register, or its id.")],
    url: Url = None,
    token: Token = None,
) -> None:
    """Tell a case's whole way: when, which service, what, who, which clauses."""
    remote = Remote(url, token)
    items: list[dict[str, Any]] = []
    absent: list[str] = []
    try:
        case = _identity(remote, number)
    except Absent:
        case = number  # without intake only the id finds a case
    for service in SERVICES:
        try:
            items += _of(remote, service, case)
        except Absent:
            absent.append(service)
    if len(absent) == len(SERVICES):
        give_up(remote.nobody())
    for line in lines_of(items):
        typer.echo(line)
    if not items:
        _say(_("Nobody knows of a case {number}.", number=number))
    if absent:
        _say(_("Not heard, because they do not answer: {services}.", services=", ".join(absent)))
    raise typer.Exit(0 if items else 1)


def lines_of(items: list[dict[str, Any]]) -> list[str]:
    """One line for each thing that happened, the earliest first; at one moment in the order of the loop."""
    by_time = sorted(items, key=lambda item: (_moment(item["at"]), _moment(item["recorded_at"])))
    return [_line(item) for item in by_time]


def _identity(remote: Remote, number: str) -> str:
    answer = remote.get(f"/api/intake/cases/{quote(number, safe='')}")
    if answer.status_code != 200:
        give_up(detail_of(answer))
    return str(answer.json()["id"])


def _of(remote: Remote, service: str, case: str) -> list[dict[str, Any]]:
    answer = remote.get(f"/api/{service}/explanations/{quote(case, safe='')}")
    if answer.status_code == NOT_FOUND:
        return []
    if answer.status_code != 200:
        give_up(detail_of(answer))
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


def _line(item: dict[str, Any]) -> str:
    what = item["what"].rsplit(".", 1)[0]
    clauses = ", ".join(f"{judged['clause']} {judged['end'].replace('_', ' ')}" for judged in item["clauses"])
    at = _moment(item["at"]).astimezone(HOME_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    return f"{at}  {item['service']:<9} {what:<{WHAT_WIDTH}} {item['by']:<{BY_WIDTH}} {clauses}".rstrip()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _say(sentence: Any) -> None:
    typer.echo(sentence.in_(terminal_language()), err=True)
