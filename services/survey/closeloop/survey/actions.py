"""What people do with a survey: they open and close it; customers send their sheet back, and somebody looks into it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.acting import acts
from closeloop.chassis.occasions import kept, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.records.opening import whose
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.signing import must_be_signed
from closeloop.chassis.work import Work
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.survey import AreaCounted, SheetReturned, SurveyClosed
from closeloop.survey import clauses
from closeloop.survey.days import end_of
from closeloop.survey.desk import about, in_hand, off_the_desk
from closeloop.survey.distribution import listed
from closeloop.survey.distribution.areas import area_of, make_areas
from closeloop.survey.distribution.chasing import begin_chasing, check_reasons, stop_chasing
from closeloop.survey.distribution.model import Area
from closeloop.survey.keeping import keep_the_sheet
from closeloop.survey.model import OpenSurvey, Survey, board_of
from closeloop.survey.opening import bring_what_displeased
from closeloop.survey.planning.keeping import keep_the_plan
from closeloop.survey.planning.requirements import check_plan
from closeloop.survey.planning.signing import OPEN, matter_of
from closeloop.survey.questionnaire import counts_of
from closeloop.survey.sheets import Sheet


class CloseForm(BaseModel):
    """What is said when a survey is closed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reasons: dict[str, str] = Field(default_factory=dict)
    """Area to why it stayed below the rate."""


class FollowUpForm(BaseModel):
    """What was done about an answer that shows somebody was displeased."""

    model_config = ConfigDict(extra="forbid")

    follow_up: str = Field(min_length=2, max_length=2000)


@acts(keys=lambda survey_id, procedure, cases: (survey_id, board_of(procedure)))
def open_survey(work: Work, survey_id: str, procedure: str, cases: list[str]) -> Survey:
    """From here on forms go out: by the plan, or to whose case is closed and was closed since the first day."""
    survey, pack, person = in_hand(work)
    survey.worked_on_by(person, pack)
    rule = survey.said_in(pack)
    if survey.is_unopened:
        must_be_signed(work, matter_of(survey, pack), OPEN)
    survey.open(work.now)
    check_plan(survey, pack)
    off_the_desk(work)
    keep_the_plan(work, survey, pack)
    work.judge(kept(clauses.open_ones(work, clauses.PLAN, clauses.of_the_plan(rule)), of=clauses.PLAN))
    work.judge(opened(clauses.of_asking(survey, rule, pack), of=clauses.SURVEY))
    make_areas(work, survey)
    begin_chasing(work, survey, pack)
    if survey.ends_on:
        work.at(end_of(survey.ends_on), "survey_ends")
    if survey.goes_out is not None:
        out = (survey.conditions, survey.delay, survey.starts_on, survey.goes_out)
        work.add(OpenSurvey(survey.id, survey.board, *out))
        for case in cases if survey.goes_out == "closed" else ():
            work.tell(case, "offer_sheet", survey=survey.id, conditions=survey.conditions, delay=survey.delay)
    return survey


@acts(keys=lambda survey_id, procedure, form: (survey_id, board_of(procedure)))
def close_survey(work: Work, survey_id: str, procedure: str, form: CloseForm) -> Survey:
    """No more answers are taken; the figures stand, and the list of what came back is signed by whoever closes."""
    survey, pack, person = in_hand(work)
    survey.worked_on_by(person, pack)
    check_reasons(work, survey, pack, form.reasons)
    end_survey(work, survey, pack)
    listed.keep_the_list(work, survey, pack, person)
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
    area_of(work, survey, sheet.area).answered += 1
    survey.came_back += 1
    tell_returned(work, survey, sheet, by="customer")
    return sheet


@acts(keys=lambda survey_id, sheet_id, form: (survey_id, sheet_id))
def follow_up(work: Work, survey_id: str, sheet_id: str, form: FollowUpForm) -> Sheet:
    """Somebody looked into what displeased a customer, and says what they did."""
    survey, pack, person = in_hand(work)
    survey.worked_on_by(person, pack)
    sheet = work.one(Sheet, key=sheet_id)
    if sheet.survey_id != survey.id or not person.at(sheet.place):
        raise NotFound()
    sheet.follow(form.follow_up, person, work.now)
    work.done("low_answer", of=sheet.of)
    return sheet


def end_survey(work: Work, survey: Survey, pack: Pack) -> None:
    """The survey is over, by a person or by its last day."""
    survey.close(work.now)
    stop_chasing(work)
    work.done("close")
    rate, rule = survey.rate, survey.said_in(pack)
    judged = [*clauses.of_the_survey(rule), *clauses.of_asking(survey, rule, pack)]
    work.publish(
        SurveyClosed(
            **about(survey),
            sent=survey.sent,
            returned=survey.returned,
            rate=None if rate is None else Decimal(str(rate)),
            areas=tuple(
                AreaCounted(area=one.name, sent=one.distributed, returned=one.returned, reason=one.reason)
                for one in work.all(Area)
            ),
        ),
        judging=kept(clauses.open_ones(work, clauses.SURVEY, dict.fromkeys(judged)), of=clauses.SURVEY),
    )


def tell_returned(work: Work, survey: Survey, sheet: Sheet, *, by: str | None = None) -> None:
    """A sheet came back; whoever was displeased is looked after."""
    assert sheet.answers is not None and sheet.returned_at is not None
    case = CaseHeader.model_validate(sheet.header) if sheet.header else None
    pack = work.pack(survey.procedure, survey.procedure_version)
    form = pack.forms.get(survey.questionnaire.get("form") or "")
    work.publish(
        SheetReturned(
            **{**about(survey), "place": sheet.place or survey.place},
            case=case,
            sheet_id=sheet.id,
            area=sheet.area,
            number=sheet.number,
            customer=whose(form, sheet.answers) if form and form.whose else None,
            answers=sheet.answers,
            qualified=sheet.qualified,
            dissatisfied=sheet.dissatisfied,
            unanswered=sheet.unanswered,
            items=counts_of(survey.questionnaire, sheet.answers),
            serious=tuple(sheet.serious),
            score=None if sheet.score is None else Decimal(str(sheet.score)),
            returned_at=sheet.returned_at,
            by=by or (work.by.id if work.by else ""),
        )
    )
    bring_what_displeased(work, survey, sheet, pack)
    keep_the_sheet(work, survey, sheet, pack)
    if sheet.waits:
        work.task(
            desk=survey.desk,
            kind="low_answer",
            of=sheet.of,
            title=(f"跟进 {sheet.number} 的不满意答复", f"Look into the answers about {sheet.number}"),
            url=f"{survey.url}/sheets/{sheet.id}",
            place=sheet.place or survey.place,
            case=case,
        )
