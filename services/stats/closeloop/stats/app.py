"""Stats, put together."""

from pathlib import Path

from closeloop.chassis.i18n import _
from closeloop.chassis.service import Service
from closeloop.stats import api, handlers, pages
from closeloop.stats.duties import DutyFacts, LimitFacts
from closeloop.stats.model import CallbackFacts, CaseFacts, OccasionFact, SheetFacts

service = Service(
    name="stats",
    rows=[CaseFacts, DutyFacts, LimitFacts, CallbackFacts, SheetFacts, OccasionFact],
    hears=handlers.hears,
    routers=[api.router, pages.router],
    templates=Path(__file__).parent / "templates",
    menu=[("stats_board", _("Figures")), ("clauses", _("Clauses"))],
)
