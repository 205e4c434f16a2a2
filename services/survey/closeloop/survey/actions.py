"""What people do: they plan a survey, approve, open and close it; customers send their sheet back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import kept, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.procedure.entry import Name
from closeloop.contracts.procedure.survey import Question, Scale
from closeloop.contracts.survey import SheetReturned, SurveyApproved, SurveyClosed, SurveyPlanned
from closeloop.contracts.vocabulary import ClauseKind, SurveyState, Text
from closeloop.survey.model import (
    OWN,
    OpenSurvey,
    Sheet,
    Survey,
    board_of,
    check_days,
    end_of,
    is_on_the_desk,
)


class PlanForm(BaseModel):
    """A plan: a survey of the pack, or questions of one's own."""

    model_config = ConfigDict(extra="forbid")

    procedure: str = Field(min_length=1, max_length=20)
    survey: Name | None = None
    title: Text | None = None
    purpose: Text | None = None
    population: Text | None = None
    starts_on: date
    ends_on: date | None = None
    quantity: int | None = Field(default=None, ge=1, le=1_000_000)
    kinds: tuple[Name, ...] = ()
    questions: dict[Name, Question] = Field(default_factory=dict)
    scales: dict[Name, Scale] = Field(default_factory=dict)
    approver: Name | None = None


class ChangeForm(BaseModel):
    """What of a plan is changed before it is opened."""

    model_config = ConfigDict(extra="forbid")

    title: Text | None = None
    purpose: Text | None = None
    population: Text | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    quantity: int | None = Field(default=None, ge=1, le=1_000_000)


class ApprovalForm(BaseModel):
    """The approval names what is approved."""

    model_config = ConfigDict(extra="forbid")

    plan_hash: str = Field(pattern=r"^[0-9a-f]{64}$")


class FollowUpForm(BaseModel):
    """What was done about an answer that shows somebody was displeased."""

    model_config = ConfigDict(extra="forbid")

    follow_up: str = Field(min_length=2, max_length=2000)


@acts
def plan_survey(work: Work, form: PlanForm) -> Survey:
    """Somebody writes down who is to be asked what, and when; the approver gets it on the desk."""
    person = _somebody(work)
    pack = work.pack(form.procedure)
    survey = _from_the_pack(work, form, pack, person) if form.survey else _of_ones_own(work, form, pack, person)
    check_days(survey.starts_on, survey.ends_on)
    if not is_on_the_desk(person, survey.desk, pack):
        raise Forbidden(_("Surveys of this kind are planned by {desk}.", desk=pack.title_of(survey.desk).model_dump()))
    work.add(survey)
    _tell_planned(work, survey, first=True)
    _put_on_the_desk(work, survey)
    return survey


@acts
def change_plan(work: Work, form: ChangeForm) -> Survey:
    """The plan is changed; an approval of what it said before is void."""
    survey, pack, person = _in_hand(work)
    survey.worked_on_by(person, pack)
    changes = {name: value for name, value in form if name in form.model_fields_set}
    before = survey.plan_hash
    survey.change({name: _as_kept(value) for name, value in changes.items() if value is not None or name in _MAY_GO})
    if survey.plan_hash != before:
        survey.changed_by = person.id
        _tell_planned(work, survey)
        _put_on_the_desk(work, survey)
    return survey


@acts
def approve_survey(work: Work, form: ApprovalForm) -> Survey:
    """The approver says yes to the plan that they read."""
    survey, pack, person = _in_hand(work)
    survey.approve(
        form.plan_hash, person, work.now, role=_approver(survey, pack), clause=_approval_clause(survey, pack)
    )
    work.done("approve", of="plan")
    work.publish(
        SurveyApproved(**_about(survey), approved_by=person.id, plan_hash=form.plan_hash),
    )
    _put_on_the_desk(work, survey)
    return survey


@acts(keys=lambda survey_id, procedure, cases: (survey_id, board_of(procedure)))
def open_survey(work: Work, survey_id: str, procedure: str, cases: list[str]) -> Survey:
    """From here on sheets go out: to whose case is closed, and to those whose case was closed since the first day."""
    survey, pack, person = _in_hand(work)
    survey.worked_on_by(person, pack)
    survey.open(work.now, role=_approver(survey, pack))
    work.done("open", of="plan")
    work.add(OpenSurvey(survey.id, survey.board, survey.conditions, survey.delay, survey.starts_on))
    if survey.ends_on:
        work.at(end_of(survey.ends_on), "survey_ends")
    for case in cases:
        work.tell(case, "offer_sheet", survey=survey.id, conditions=survey.conditions, delay=survey.delay)
    return survey


@acts(keys=lambda survey_id, procedure: (survey_id, board_of(procedure)))
def close_survey(work: Work, survey_id: str, procedure: str) -> Survey:
    """No more answers are taken; the figures stand."""
    survey, pack, person = _in_hand(work)
    survey.worked_on_by(person, pack)
    end_survey(work, survey)
    for row in work.all(OpenSurvey, key=survey.board, id=survey.id):
        work.remove(row)
    work.cancel("survey_ends")
    return survey


@acts(keys=lambda survey_id, sheet_id, answers: (survey_id, sheet_id))
def return_sheet(work: Work, survey_id: str, sheet_id: str, answers: dict[str, Any]) -> Sheet:
    """The customer's answers came back; they count once."""
    survey, sheet = work.one(Survey), work.one(Sheet, key=sheet_id)
    if sheet.survey_id != survey.id:
        raise NotFound()
    sheet.take(answers, survey, work.now)
    work.publish(
        SheetReturned(
            **_about(survey),
            case=CaseHeader.model_validate(sheet.header),
            sheet_id=sheet.id,
            area=sheet.area,
            answers=answers,
            qualified=sheet.qualified,
            dissatisfied=sheet.dissatisfied,
            unanswered=sheet.unanswered,
            score=None if sheet.score is None else Decimal(str(sheet.score)),
            returned_at=work.now,
            by="customer",
        )
    )
    if sheet.waits:
        _ask_somebody_to_look(work, survey, sheet)
    return sheet


@acts(keys=lambda survey_id, sheet_id, form: (survey_id, sheet_id))
def follow_up(work: Work, survey_id: str, sheet_id: str, form: FollowUpForm) -> Sheet:
    """Somebody looked into what displeased a customer, and says what they did."""
    survey, pack, person = _in_hand(work)
    survey.worked_on_by(person, pack)
    sheet = work.one(Sheet, key=sheet_id)
    if sheet.survey_id != survey.id or not person.at(sheet.area):
        raise NotFound()
    sheet.follow(form.follow_up, person, work.now)
    work.done("low_answer", of=sheet.of)
    return sheet


def end_survey(work: Work, survey: Survey) -> None:
    """The survey is over, by a person or by its last day."""
    survey.close(work.now)
    rate = survey.rate
    work.publish(
        SurveyClosed(
            **_about(survey),
            sent=survey.sent,
            returned=survey.returned,
            rate=None if rate is None else Decimal(str(rate)),
        ),
        judging=kept(survey.clauses, of="survey"),
    )


_MAY_GO = frozenset({"ends_on", "quantity"})


def _as_kept(value: Any) -> Any:
    return value.model_dump() if isinstance(value, Text) else value


def _about(survey: Survey) -> dict[str, Any]:
    return {
        "survey_id": survey.id,
        "survey": survey.name,
        "procedure": survey.procedure,
        "procedure_version": survey.procedure_version,
        "place": survey.place,
    }


def _somebody(work: Work) -> Person:
    assert work.by is not None
    return work.by


def _in_hand(work: Work) -> tuple[Survey, Pack, Person]:
    survey, person = work.one(Survey), _somebody(work)
    survey.seen_by(person)
    return survey, work.pack(survey.procedure, survey.procedure_version), person


def _from_the_pack(work: Work, form: PlanForm, pack: Pack, person: Person) -> Survey:
    assert form.survey is not None
    rules = pack.survey.said
    if form.survey not in rules.surveys:
        raise Refused(_("This procedure has no survey of that name; it has: {known}.", known=", ".join(rules.surveys)))
    if form.questions or form.kinds:
        raise Refused(_("A survey of the procedure brings its own questions; leave them out, or plan one of your own."))
    rule = rules.surveys[form.survey]
    sheet = rules.sheets[rule.sheet]
    scales = {q.scale for q in sheet.questions.values() if q.scale}
    return _survey(
        work,
        form,
        pack,
        person,
        name=form.survey,
        title=form.title or rule.title,
        purpose=form.purpose or rule.purpose,
        population=form.population or rule.population,
        sheet=sheet.model_dump(mode="json", exclude={"clauses", "own_practice"})
        | {"scales": {name: rules.scales[name].model_dump(mode="json") for name in sorted(scales)}},
        conditions=rule.when.written or {},
        delay=str(rule.delay) if rule.delay else None,
        quantity=form.quantity or rule.quantity,
        desk=rule.desk,
        approver=rule.approver,
        area=rule.area,
        clauses=[*dict.fromkeys((*rule.clauses, *sheet.clauses))],
    )


def _of_ones_own(work: Work, form: PlanForm, pack: Pack, person: Person) -> Survey:
    if not (form.title and form.purpose and form.population and form.questions and form.approver):
        raise Refused(
            _("A survey of your own needs title, purpose, population, questions and the role that approves it.")
        )
    if form.approver not in pack.head.roles:
        raise Refused(_("There is no role {role} in this procedure.", role=form.approver))
    if strange := [kind for kind in form.kinds if kind not in pack.intake.kinds]:
        raise Refused(_("There is no kind of case {kind} in this procedure.", kind=strange[0]))
    known = {**pack.survey.said.scales, **form.scales}
    needed = {question.scale or "" for question in form.questions.values() if question.type == "scale"}
    if strange := sorted(needed - known.keys()):
        raise Refused(_("There is no scale {scale}; take one of {known}.", scale=strange[0], known=", ".join(known)))
    questions = {name: question.model_dump(mode="json") for name, question in form.questions.items()}
    return _survey(
        work,
        form,
        pack,
        person,
        name=OWN,
        title=form.title,
        purpose=form.purpose,
        population=form.population,
        sheet={
            "title": form.title.model_dump(),
            "version": "1",
            "introduction": None,
            "questions": questions,
            "formula": "share_of_items",
            "scales": {name: known[name].model_dump(mode="json") for name in sorted(needed)},
        },
        conditions={"kind": {"in": list(form.kinds)}} if form.kinds else {},
        delay=None,
        quantity=form.quantity,
        desk=person.department or pack.head.desk,
        approver=form.approver,
        area="place",
        clauses=[],
    )


def _survey(
    work: Work, form: PlanForm, pack: Pack, person: Person, *, title: Text, purpose: Text, population: Text, **rest: Any
) -> Survey:
    role = pack.head.roles.get(rest["desk"])
    return Survey(
        id=work.key,
        procedure=pack.id,
        procedure_version=pack.version,
        title=title.model_dump(),
        purpose=purpose.model_dump(),
        population=population.model_dump(),
        starts_on=form.starts_on,
        ends_on=form.ends_on,
        author=person.id,
        planned_at=work.now,
        department=role.department if role else rest["desk"],
        **rest,
    )


def _tell_planned(work: Work, survey: Survey, *, first: bool = False) -> None:
    work.publish(
        SurveyPlanned(
            **_about(survey),
            title=Text(**survey.title),
            purpose=Text(**survey.purpose),
            population=Text(**survey.population),
            quantity=survey.quantity,
            starts_on=survey.starts_on,
            ends_on=survey.ends_on,
            author=survey.author,
            approver=survey.approver,
            plan_hash=survey.plan_hash,
        ),
        judging=opened(survey.clauses, of="survey") if first else (),
    )


def _put_on_the_desk(work: Work, survey: Survey) -> None:
    """The plan lies with whoever has to act on it next."""
    work.done("approve", of="plan")
    work.done("open", of="plan")
    zh, en = survey.title["zh"], survey.title["en"]
    if survey.needs_approval:
        assert survey.approver is not None
        work.task(
            desk=survey.approver,
            kind="approve",
            of="plan",
            title=(f"审批征询计划：{zh}", f"Approve the survey: {en}"),
            url=survey.url,
        )
    elif survey.state in (SurveyState.PLANNED, SurveyState.APPROVED):
        work.task(
            desk=survey.desk,
            kind="open",
            of="plan",
            title=(f"开始征询：{zh}", f"Open the survey: {en}"),
            url=survey.url,
        )


def _ask_somebody_to_look(work: Work, survey: Survey, sheet: Sheet) -> None:
    case = CaseHeader.model_validate(sheet.header)
    work.task(
        desk=survey.desk,
        kind="low_answer",
        of=sheet.of,
        title=(f"跟进 {case.number} 的不满意答复", f"Look into the answers about {case.number}"),
        url=f"{survey.url}/sheets/{sheet.id}",
        place=sheet.area,
        case=case,
    )


def _approver(survey: Survey, pack: Pack) -> dict[str, str]:
    return pack.title_of(survey.approver or "").model_dump() if survey.approver else {}


def _approval_clause(survey: Survey, pack: Pack) -> str | None:
    return next((one for one in survey.clauses if pack.clauses[one].kind == ClauseKind.APPROVAL), None)
