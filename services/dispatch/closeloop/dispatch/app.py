"""Dispatch, put together."""

from pathlib import Path

from starlette.routing import Mount

from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit
from closeloop.chassis.service import Service
from closeloop.chassis.settling import Unsettled
from closeloop.dispatch import (
    api,
    books,
    decision_routes,
    handlers,
    limit_routes,
    pages,
    report_api,
    report_pages,
    signature_routes,
    step_routes,
)
from closeloop.dispatch.model import DeskTask, Duty, HandledCase
from closeloop.dispatch.nonconformity import Nonconformity
from closeloop.dispatch.questions import Question
from closeloop.dispatch.raising import Raise

service = Service(
    name="dispatch",
    rows=[HandledCase, Duty, Question, Nonconformity, *books.ROWS, Raise, DeskTask, Limit, Unsettled],
    hears=handlers.hears,
    routers=[
        api.router,
        report_api.router,
        pages.router,
        report_pages.router,
        *step_routes.routers,
        *decision_routes.routers,
        *limit_routes.routers,
        signature_routes.router,
        *books.ROUTERS,
    ],
    templates=Path(__file__).parent / "templates",
    routes=[Mount(pages.STATICS.address, pages.STATICS)],
    menu=[("desk", _("My tasks")), ("duties", _("Duties"))],
)
