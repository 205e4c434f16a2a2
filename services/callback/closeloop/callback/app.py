"""Callback, put together."""

from pathlib import Path

from closeloop.callback import handlers
from closeloop.callback.asking import api as asking_api
from closeloop.callback.asking import pages as asking_pages
from closeloop.callback.asking.model import Attempt
from closeloop.callback.coverage import api as coverage_api
from closeloop.callback.coverage import pages as coverage_pages
from closeloop.callback.model import Callback, Case
from closeloop.callback.parameters import api as parameters_api
from closeloop.callback.parameters import pages as parameters_pages
from closeloop.callback.planning import api as planning_api
from closeloop.callback.planning import pages as planning_pages
from closeloop.callback.same_problem import api as problems_api
from closeloop.callback.same_problem import pages as problems_pages
from closeloop.callback.same_problem.model import SameProblem
from closeloop.callback.sheets import api as sheets_api
from closeloop.callback.sheets import pages as sheets_pages
from closeloop.callback.sheets.model import AskedSheet, SheetDraw
from closeloop.callback.supervision import api as supervision_api
from closeloop.callback.supervision import pages as supervision_pages
from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit
from closeloop.chassis.parameters import ParameterValue
from closeloop.chassis.schedules.customers import KeptCustomer
from closeloop.chassis.service import Service
from closeloop.chassis.settling import Unsettled

_PARTS = (
    *(asking_api, planning_api, supervision_api, coverage_api, parameters_api, problems_api, sheets_api),
    *(asking_pages, planning_pages, supervision_pages, coverage_pages, parameters_pages, problems_pages, sheets_pages),
)

service = Service(
    name="callback",
    rows=[
        Case,
        Callback,
        Attempt,
        SameProblem,
        AskedSheet,
        SheetDraw,
        ParameterValue,
        Limit,
        Unsettled,
        KeptCustomer,
    ],
    hears=handlers.hears,
    routers=[part.router for part in _PARTS],
    templates=Path(__file__).parent / "templates",
    menu=[
        ("calls", _("Call list")),
        ("coverage", _("Callback coverage")),
        ("same_problems", _("Same problems")),
        ("sheets", _("Answers to check")),
        ("parameters", _("Shares")),
    ],
)
