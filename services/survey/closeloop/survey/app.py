"""Survey, put together."""

from pathlib import Path

from closeloop.chassis.i18n import _
from closeloop.chassis.service import Service
from closeloop.survey import api, handlers, pages, public
from closeloop.survey.model import ClosedCase, Offer, OpenSurvey, Sheet, Survey

service = Service(
    name="survey",
    rows=[Survey, OpenSurvey, ClosedCase, Offer, Sheet],
    hears=handlers.hears,
    routers=[api.router, public.router, pages.router],
    templates=Path(__file__).parent / "templates",
    menu=[("surveys", _("Surveys")), ("new_survey", _("New plan"))],
)
