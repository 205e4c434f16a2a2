"""`closeloop diff A B`: what another version of a procedure changes, for whom, from when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

import typer
import yaml

from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.packs.comparing import Change, compare
from closeloop.chassis.packs.faults import BadPack
from closeloop.chassis.packs.finding import load_pack
from closeloop.chassis.packs.pack import Pack
from closeloop.chassis.serving import terminal_language

SAME, DIFFERENT, UNREADABLE = 0, 1, 2
WHAT = {"added": _("new"), "removed": _("gone"), "changed": _("changed")}
LONGEST = 100
_IN_ONE_LINE: dict[str, Any] = {"default_flow_style": True, "allow_unicode": True, "sort_keys": False, "width": 10_000}
APack = Annotated[str, typer.Argument(help="Folder of a pack, or name of an installed one.")]


def diff(
    old: APack,
    new: APack,
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the new one; today if left out."),
    ] = None,
) -> None:
    """Say what the second pack changes: exit code 0 nothing, 1 something, 2 one of them cannot be read."""
    try:
        before, after = load_pack(old), load_pack(new)
    except BadPack as bad:
        typer.echo(str(bad), err=True)
        raise typer.Exit(UNREADABLE) from None
    changes = compare(before, after)
    day = since.date() if since else datetime.now(HOME_ZONE).date()
    for line in lines_of(before, after, changes, day, terminal_language()):
        typer.echo(line)
    raise typer.Exit(DIFFERENT if changes else SAME)


def lines_of(old: Pack, new: Pack, changes: list[Change], day: date, language: str) -> Iterator[str]:
    """What is printed: the two packs, then file by file what is new, gone or changed."""
    yield f"{_name(old, language)} → {_name(new, language)}"
    if not changes:
        yield _("They say the same.").in_(language)
        return
    yield _("From {day} on: for cases registered then or later; the others keep what they began with.", day=day).in_(
        language
    )
    if any(change.counts_by_period for change in changes):
        yield _("Figures and periodic jobs: for periods that begin on {day} or later.", day=day).in_(language)
    section = ""
    for change in changes:
        if change.section != section:
            section = change.section
            yield f"\n{section}.yaml"
        yield from _of_one(change, new if change.what != "removed" else old, language)


def _of_one(change: Change, pack: Pack, language: str) -> Iterator[str]:
    title = f"  {getattr(change.title, language)}" if change.title else ""
    whom = _whom(change, pack, language)
    yield f"  {WHAT[change.what].in_(language)}  {'.'.join(change.where)}{title}{f'  [{whom}]' if whom else ''}"
    if change.what == "changed":
        for said in change.said:
            yield f"      {said.key}: {_short(said.before, language)} → {_short(said.after, language)}"


def _whom(change: Change, pack: Pack, language: str) -> str:
    titles = [pack.title_of(desk) for desk in change.desks]
    return (", " if language == "en" else "、").join(getattr(title, language) for title in titles)


def _short(value: Any, language: str) -> str:
    if value is None:
        return _("not said").in_(language)
    if isinstance(value, dict) and value.keys() == {"zh", "en"}:
        return str(value[language])
    text = value if isinstance(value, str) else yaml.safe_dump(value, **_IN_ONE_LINE).removesuffix("\n...\n").strip()
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _name(pack: Pack, language: str) -> str:
    title: Any = getattr(pack.title, language)
    return f"{pack.id} {title} {pack.version} ({pack.hash[:12]})"
