"""`closeloop explain NUMBER`: a case's whole way, as every service wrote it down, merged by time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

import typer

from closeloop.chassis.explained_words import LIMIT_STATES, STRETCHES, how_long
from closeloop.chassis.i18n import HOME_ZONE, _, in_words
from closeloop.chassis.remote import Absent, Remote, Token, Url, detail_of
from closeloop.chassis.serving import give_up, terminal_language
from closeloop.contracts.loop import SERVICES

NOT_FOUND = 404
WHAT_WIDTH, BY_WIDTH = 20, 24
_MOMENTS = {"due_at": _("Due"), "stopped_at": _("Stopped"), "missed_at": _("Missed on")}


def explain(
    number: Annotated[
        str, typer.Argument(help="Number of the case in the register or of the corrective action, or its id.")
    ],
    url: Url = None,
    token: Token = None,
) -> None:
    """Tell a case's whole way: when, which service, what, who, which clauses; and the ledger of its limits."""
    remote = Remote(url, token)
    items: list[dict[str, Any]] = []
    limits: list[dict[str, Any]] = []
    absent: list[str] = []
    try:
        case = _identity(remote, number)
    except Absent:
        case = number  # without intake only the id finds a case
    for service in SERVICES:
        try:
            found = _of(remote, service, case)
            items += found.get("items", [])
            limits += found.get("limits", [])
        except Absent:
            absent.append(service)
    if len(absent) == len(SERVICES):
        give_up(remote.nobody())
    for line in lines_of(items):
        typer.echo(line)
    for line in ledger_of(limits, terminal_language()):
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


def ledger_of(limits: list[dict[str, Any]], language: str) -> list[str]:
    """Each limit with how it stands, and every stretch in which it ran, rested or was put off."""
    lines: list[str] = []
    for limit in sorted(limits, key=lambda limit: (_moment(limit["started_at"]), limit["of"])):
        state, title = LIMIT_STATES[limit["state"]][0].in_(language), in_words(limit["title"], language)
        parts = [title, limit["of"], state, in_words(how_long(limit["length"]), language), " ".join(limit["clauses"])]
        lines += ["", f"{_at(limit['started_at'])}  " + " · ".join(part for part in parts if part)]
        for stretch in limit["ledger"]:
            what = STRETCHES[stretch["what"]].in_(language) if stretch["what"] in STRETCHES else stretch["what"]
            why = " ".join(stretch[part] for part in ("reason", "by") if stretch[part])
            lines.append(f"  {_at(stretch['since'])} - {_at(stretch['until'])}  {what} {why}".rstrip())
        lines += [f"  {_at(limit[moment])}  {word.in_(language)}" for moment, word in _MOMENTS.items() if limit[moment]]
    return lines


def _at(text: str) -> str:
    return _moment(text).astimezone(HOME_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _identity(remote: Remote, number: str) -> str:
    answer = remote.get(f"/api/intake/cases/{quote(number, safe='')}")
    if answer.status_code == 200:
        return str(answer.json()["id"])
    if answer.status_code != NOT_FOUND or (action := _action(remote, number)) is None:
        give_up(detail_of(answer))
    return action


def _action(remote: Remote, number: str) -> str | None:
    """The id of the corrective action of this number, or of this id; none where dispatch knows of none."""
    try:
        answer = remote.get(f"/api/dispatch/corrective-actions?number={quote(number, safe='')}")
    except Absent:
        return None
    found = answer.json()["items"] if answer.status_code == 200 else []
    return str(found[0]["id"]) if found else None


def _of(remote: Remote, service: str, case: str) -> dict[str, Any]:
    answer = remote.get(f"/api/{service}/explanations/{quote(case, safe='')}")
    if answer.status_code == NOT_FOUND:
        return {}
    if answer.status_code != 200:
        give_up(detail_of(answer))
    found: dict[str, Any] = answer.json()
    return found


def _line(item: dict[str, Any]) -> str:
    what = item["what"].rsplit(".", 1)[0]
    clauses = ", ".join(f"{judged['clause']} {judged['end'].replace('_', ' ')}" for judged in item["clauses"])
    return f"{_at(item['at'])}  {item['service']:<9} {what:<{WHAT_WIDTH}} {item['by']:<{BY_WIDTH}} {clauses}".rstrip()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _say(sentence: Any) -> None:
    typer.echo(sentence.in_(terminal_language()), err=True)
