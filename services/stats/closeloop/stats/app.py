"""Stats, put together."""

from pathlib import Path

from closeloop.chassis.i18n import _
from closeloop.chassis.parameters import ParameterValue
from closeloop.chassis.service import Rebuilt, Service
from closeloop.chassis.work import Work
from closeloop.stats import (
    alarm_pages,
    api,
    chart_api,
    clause_pages,
    clause_sheet,
    effects,
    facts_api,
    handlers,
    inputs,
    jobs,
    judging,
    pages,
    reports,
)
from closeloop.stats.alarms import RaisedAlarm
from closeloop.stats.duties import DutyFacts, LimitFacts
from closeloop.stats.expecting import EXPECT, tell_of_figures
from closeloop.stats.inputs import JobFacts
from closeloop.stats.judged import JudgedFigure
from closeloop.stats.model import CallbackFacts, CaseFacts, OccasionFact, SheetFacts
from closeloop.stats.sums.keeping import stand_in_sums, stand_on_its_day
from closeloop.stats.sums.model import CaseSum, ClauseSum

handlers.hears.join(judging.hears)
handlers.hears.join(jobs.hears)
handlers.hears.join(reports.hears)
handlers.hears.join(inputs.hears)
handlers.hears.join(effects.hears)


def follow_a_case(case: CaseFacts, work: Work) -> None:
    """Of a case as it stands: the figures in which it counts, and the sums."""
    tell_of_figures(case, work)
    stand_in_sums(case, work)


FACTS = (CaseFacts, DutyFacts, LimitFacts, CallbackFacts, SheetFacts, OccasionFact)

service = Service(
    name="stats",
    rows=[
        *FACTS,
        JudgedFigure,
        RaisedAlarm,
        JobFacts,
        ParameterValue,
        CaseSum,
        ClauseSum,
    ],
    hears=handlers.hears,
    rebuilt=Rebuilt(
        [*FACTS, JobFacts, ParameterValue, CaseSum, ClauseSum],
        tells=[EXPECT],
        follows={CaseFacts: follow_a_case, SheetFacts: tell_of_figures, OccasionFact: stand_on_its_day},
    ),
    routers=[
        api.router,
        chart_api.router,
        facts_api.router,
        pages.router,
        alarm_pages.router,
        clause_sheet.router,
        clause_pages.router,
    ],
    templates=Path(__file__).parent / "templates",
    menu=[
        ("stats_board", _("Figures")),
        ("stats_months", _("Monthly table")),
        ("alarms", _("Alarms")),
        ("clauses", _("Clauses")),
    ],
)
