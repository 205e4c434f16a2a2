"""A service: what a department's part of the loop consists of, put together in its `app.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.routing import BaseRoute

from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import Sentence
from closeloop.contracts.event import Event

if TYPE_CHECKING:
    from closeloop.chassis.running import Running
    from closeloop.chassis.work import Work


@dataclass(frozen=True)
class Rebuilt:
    """What `closeloop rebuild` makes again: rows that follow from what the service was told, and from nothing else.

    `hears` are the events from which they follow, all that the service hears if none is named; `tells` are the names
    of what handlers tell other keys that is to be told once more after a rebuild, since it looks at these rows.
    `follows` is called as `f(row, work)` for each row when everything was heard: it counts, and tells what hangs on it;
    handlers need not do that while `work.retells`.
    """

    rows: Sequence[type[Any]]
    hears: Sequence[type[Event]] = ()
    tells: Sequence[str] = ()
    follows: Mapping[type[Any], Callable[[Any, Work], None]] = field(default_factory=dict)


@dataclass(frozen=True)
class Service:
    """The parts of a service: what it keeps, hears and serves.

    `routes` are plain routes that answer before the framework is asked (the one hot endpoint); `menu` are the pages
    that every page of the service links to; `jobs` are called once when the service has started.
    """

    name: str
    rows: Sequence[type[Any]]
    hears: Hears
    routers: Sequence[APIRouter] = ()
    routes: Sequence[BaseRoute] = ()
    templates: Path | None = None
    menu: Sequence[tuple[str, Sentence]] = ()
    started: Callable[[Running], Any] | None = field(default=None)
    rebuilt: Rebuilt | None = None
