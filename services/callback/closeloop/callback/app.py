"""Callback, put together."""

from pathlib import Path

from closeloop.callback import api, handlers, pages
from closeloop.callback.model import Attempt, Callback, Case, Evidence
from closeloop.chassis.i18n import _
from closeloop.chassis.service import Service
from closeloop.chassis.settling import Unsettled

service = Service(
    name="callback",
    rows=[Case, Callback, Attempt, Evidence, Unsettled],
    hears=handlers.hears,
    routers=[api.router, pages.router],
    templates=Path(__file__).parent / "templates",
    menu=[("calls", _("Call list"))],
)
