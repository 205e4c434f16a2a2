"""What people do with a plan: they write it, change it, and somebody else says yes or no to exactly what it says."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import Forbidden, Refused
from closeloop.chassis.signing import SignOffForm, give_sign_off
from closeloop.chassis.work import Work
from closeloop.contracts.survey import AreaPlanned, SurveyPlanned
from closeloop.contracts.vocabulary import Text
from closeloop.survey import clauses
from closeloop.survey.days import check_days
from closeloop.survey.desk import about, in_hand, put_on_the_desk, somebody
from closeloop.survey.model import Survey, is_on_the_desk
from closeloop.survey.planning.forms import ApprovalForm, ChangeForm, NoForm, PlanForm
from closeloop.survey.planning.requirements import check_plan
from closeloop.survey.planning.signing import APPROVAL, HOOK, PLAN, ask_for_approval
from closeloop.survey.planning.writing import from_the_pack, of_ones_own

MAY_GO = frozenset({"ends_on", "quantity", "areas", "staff"})


@acts
def plan_survey(work: Work, form: PlanForm) -> Survey:
    """Somebody writes down who is to be asked what, and when; whoever approves it gets it on the desk."""
    person, pack = somebody(work), work.pack(form.procedure)
    survey = from_the_pack(work, form, pack, person) if form.survey else of_ones_own(work, form, pack, person)
    check_days(survey.starts_on, survey.ends_on)
    rule = survey.said_in(pack)
    if not (is_on_the_desk(person, survey.desk, pack) and person.at(survey.place)):
        desk = pack.title_of(survey.desk).model_dump()
        clause = clauses.of_the_survey(rule)
        raise Forbidden(_("Surveys of this kind are planned by {desk}.", desk=desk), clause)
    check_plan(survey, pack)
    work.add(survey)
    judged = opened(clauses.of_the_survey(rule), of=clauses.SURVEY) + opened(clauses.of_the_plan(rule), of=clauses.PLAN)
    _tell_planned(work, survey, judged + ask_for_approval(work, survey, pack))
    put_on_the_desk(work, survey)
    return survey


@acts
def change_plan(work: Work, form: ChangeForm) -> Survey:
    """The plan is changed; an approval of what it said before is void, and is asked for once more."""
    survey, pack, person = in_hand(work)
    survey.worked_on_by(person, pack)
    changes = {name: value for name, value in form if name in form.model_fields_set}
    before = survey.plan_hash
    survey.change({name: as_kept(value) for name, value in changes.items() if value is not None or name in MAY_GO})
    check_plan(survey, pack)
    if survey.plan_hash != before:
        survey.changed_by = person.id
        _tell_planned(work, survey, ask_for_approval(work, survey, pack))
        put_on_the_desk(work, survey)
    return survey


@acts
def approve_survey(work: Work, form: ApprovalForm, desks: frozenset[str]) -> Survey:
    """Somebody who approves says yes to the plan that they read."""
    return _decide(work, form.plan_hash, SignOffForm(approves=True), desks)


@acts
def send_plan_back(work: Work, form: NoForm, desks: frozenset[str]) -> Survey:
    """Somebody who approves says no, with the reason; the plan goes back to its desk."""
    return _decide(work, form.plan_hash, SignOffForm(approves=False, reason=form.reason), desks)


def as_kept(value: Any) -> Any:
    """What stands in the row of the plan."""
    if isinstance(value, Text):
        return value.model_dump()
    if isinstance(value, tuple):
        return [one if isinstance(one, str) else one.model_dump() for one in value]
    return value


def _decide(work: Work, plan_hash: str, form: SignOffForm, desks: frozenset[str]) -> Survey:
    survey, pack, _person = in_hand(work)
    if not survey.is_unopened:
        raise Refused(_("This survey is open or closed; its plan is approved no more."))
    if not survey.approvers:
        raise Refused(_("This plan needs no approval; open the survey."))
    if plan_hash != survey.plan_hash:
        clause = clauses.of_the_approval(survey.said_in(pack))
        raise Refused(_("The plan was changed since you read it; read it again before you approve it."), clause=clause)
    give_sign_off(work, HOOK, PLAN, APPROVAL, form, desks)
    return survey


def titles_of(roles: list[str], pack: Pack) -> dict[str, str]:
    """Several roles, as people call them."""
    titles = [pack.title_of(role) for role in roles]
    return {"zh": "、".join(title.zh for title in titles), "en": ", ".join(title.en for title in titles)}


def _tell_planned(work: Work, survey: Survey, judging: Any) -> None:
    work.publish(
        SurveyPlanned(
            **about(survey),
            title=Text(**survey.title),
            purpose=Text(**survey.purpose) if survey.purpose else None,
            population=Text(**survey.population) if survey.population else None,
            quantity=survey.quantity_of_all,
            areas=tuple(AreaPlanned(**one) for one in survey.areas),
            starts_on=survey.starts_on,
            ends_on=survey.ends_on,
            author=survey.author,
            approvers=tuple(survey.approvers),
            plan_hash=survey.plan_hash,
        ),
        judging=judging,
    )
