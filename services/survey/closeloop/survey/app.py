"""Survey, put together."""

from pathlib import Path

from closeloop.chassis.i18n import _
from closeloop.chassis.schedules.customers import KeptCustomer
from closeloop.chassis.service import Service
from closeloop.survey import api, handlers, pages, public
from closeloop.survey.distribution import api as distribution_api
from closeloop.survey.distribution import pages as distribution_pages
from closeloop.survey.distribution.model import Area, Movement
from closeloop.survey.model import ClosedCase, Offer, OpenSurvey, Survey
from closeloop.survey.planning import pages as planning_pages
from closeloop.survey.sheets import Sheet

service = Service(
    name="survey",
    rows=[Survey, OpenSurvey, ClosedCase, Offer, Sheet, Area, Movement, KeptCustomer],
    hears=handlers.hears,
    routers=[
        api.router,
        distribution_api.router,
        public.router,
        planning_pages.router,
        distribution_pages.router,
        pages.router,
    ],
    templates=Path(__file__).parent / "templates",
    menu=[("surveys", _("Surveys")), ("new_survey", _("New plan"))],
)
