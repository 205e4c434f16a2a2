"""A service: what a department's part of the loop consists of, put together in its `app.py`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.routing import BaseRoute

from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import Sentence

if TYPE_CHECKING:
    from closeloop.chassis.running import Running


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
