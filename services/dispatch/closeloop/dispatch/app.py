"""Dispatch, put together."""

from pathlib import Path

from starlette.routing import Mount

from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit
from closeloop.chassis.service import Service
from closeloop.chassis.settling import Unsettled
from closeloop.dispatch import api, handlers, pages
from closeloop.dispatch.accounts import api as account_api
from closeloop.dispatch.accounts import pages as account_pages
from closeloop.dispatch.accounts.model import AccountEntry, CaseSum, Stock, Voucher
from closeloop.dispatch.corrective import routes as corrective_routes
from closeloop.dispatch.deciding import routes as decision_routes
from closeloop.dispatch.deciding.model import Question
from closeloop.dispatch.limits import routes as limit_routes
from closeloop.dispatch.model import DeskTask, Duty, HandledCase
from closeloop.dispatch.payouts import api as payout_api
from closeloop.dispatch.payouts import pages as payout_pages
from closeloop.dispatch.payouts.model import Payment, PaymentRequest
from closeloop.dispatch.qualifications import routes as qualification_routes
from closeloop.dispatch.qualifications.model import PersonRecord
from closeloop.dispatch.signing import routes as signature_routes
from closeloop.dispatch.steps import often
from closeloop.dispatch.steps import routes as step_routes
from closeloop.dispatch.steps.raising import Raise

_OF_THE_BOOKS = (Payment, PaymentRequest, Voucher, AccountEntry, Stock, CaseSum, PersonRecord)

service = Service(
    name="dispatch",
    rows=[HandledCase, Duty, Question, *_OF_THE_BOOKS, Raise, DeskTask, Limit, Unsettled],
    hears=handlers.hears,
    routers=[
        api.router,
        pages.router,
        *step_routes.routers,
        *decision_routes.routers,
        *limit_routes.routers,
        *corrective_routes.routers,
        signature_routes.router,
        payout_api.router,
        account_api.router,
        payout_pages.router,
        account_pages.router,
        qualification_routes.api,
        qualification_routes.pages,
    ],
    templates=Path(__file__).parent / "templates",
    routes=[*often.routes, Mount(pages.STATICS.address, pages.STATICS)],
    menu=[("desk", _("My tasks")), ("duties", _("Duties")), ("actions", _("Corrective actions"))],
)
