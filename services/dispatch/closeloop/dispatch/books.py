"""What dispatch keeps books about, put together: payments, accounts, who may be sent."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.dispatch.accounts import api as account_api
from closeloop.dispatch.accounts import pages as account_pages
from closeloop.dispatch.accounts.clearing import TIMER, say_uncleared
from closeloop.dispatch.accounts.model import AccountEntry, CaseSum, Stock, Voucher
from closeloop.dispatch.accounts.posting import take_in
from closeloop.dispatch.accounts.signing import OF_A_VOUCHER
from closeloop.dispatch.payouts import api as payout_api
from closeloop.dispatch.payouts import pages as payout_pages
from closeloop.dispatch.payouts.approving import OF_A_REQUEST
from closeloop.dispatch.payouts.model import Payment, PaymentRequest
from closeloop.dispatch.qualifications import routes as qualification_routes
from closeloop.dispatch.qualifications.model import PersonRecord

ROWS = (Payment, PaymentRequest, Voucher, AccountEntry, Stock, CaseSum, PersonRecord)
ROUTERS = (
    payout_api.router,
    account_api.router,
    payout_pages.router,
    account_pages.router,
    qualification_routes.api,
    qualification_routes.pages,
)

hears = Hears()
hears.signed("request", OF_A_REQUEST)
hears.signed("voucher", OF_A_VOUCHER)
hears.due(TIMER)(say_uncleared)
hears.told("came_in")(take_in)
