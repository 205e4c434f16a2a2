"""What a plan must say and ask about before anything goes out, each with the clauses that demand it."""

from __future__ import annotations

from closeloop.chassis.conditions import Condition
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import Refused
from closeloop.contracts.procedure.survey import Plan
from closeloop.survey.model import Survey
from closeloop.survey.questionnaire import covers, topics_of

NAMED = {
    "purpose": _("purpose"),
    "population": _("who is asked"),
    "areas": _("areas with the number of forms"),
    "quantity": _("number of forms"),
    "starts_on": _("first day"),
    "ends_on": _("last day"),
    "staff": _("staff"),
}


def check_plan(survey: Survey, pack: Pack) -> None:
    """A plan that leaves something out, or whose questionnaire does, is not taken."""
    said = survey.said_in(pack)
    if said is not None and said.plan is not None:
        _says_everything(survey, said.plan)
    check_questionnaire(survey, pack)


def check_questionnaire(survey: Survey, pack: Pack) -> None:
    """The questionnaire asks about what it has to ask about."""
    said = survey.said_in(pack)
    if said is None or said.covers is None:
        return
    if not covers(Condition(said.covers.that.written), topics_of(survey.questionnaire)):
        asked = ", ".join(f"{topic} {number}" for topic, number in topics_of(survey.questionnaire).items())
        raise Refused(
            _("The questionnaire does not ask about everything that it must; so far it has: {asked}.", asked=asked),
            clause=said.covers.clauses,
        )


def _says_everything(survey: Survey, plan: Plan) -> None:
    for fact in plan.required:
        value = survey.quantity_of_all if fact == "quantity" else getattr(survey, fact)
        if not value:
            raise Refused(
                _("The plan does not say everything yet; add: {fact}.", fact=NAMED[fact]),
                clause=plan.clauses,
            )
