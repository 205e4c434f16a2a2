"""What survey does by itself: a closed case gets its sheet, and a survey ends on its last day."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.conditions import Condition
from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack
from closeloop.chassis.schedules.planning import plan_interval
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.callback import ParameterSet
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.every import MarkSet
from closeloop.contracts.intake import CaseClosed, CaseReopened
from closeloop.contracts.procedure import Length
from closeloop.contracts.survey import SheetSent
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey import customers
from closeloop.survey.actions import end_survey
from closeloop.survey.days import OPEN_FOR, end_of, today_at
from closeloop.survey.distribution.areas import area_of
from closeloop.survey.distribution.chasing import CHASE, chase
from closeloop.survey.distribution.model import Area
from closeloop.survey.model import ClosedCase, Offer, OpenSurvey, Survey, board_of, moment_after
from closeloop.survey.planning.signing import HOOK, PLAN
from closeloop.survey.sheets import Sheet, token_from

hears = Hears()
hears.signed(PLAN, HOOK)
hears.join(customers.hears)


def _case_and_board(event: CaseClosed) -> tuple[str, ...]:
    return event.key, board_of(event.case.procedure)


@hears(keys=_case_and_board)
def offer_a_sheet(event: CaseClosed, work: Work) -> None:
    """A closed case: its customer gets one sheet of every open survey that is about such cases."""
    case = work.maybe(ClosedCase)
    header = event.case.model_dump(mode="json")
    if case is None:
        case = ClosedCase(event.case.id, event.case.procedure, header, event.customer.language, work.now)
        work.add(case)
    case.header, case.is_closed, case.closed_at = header, True, work.now
    for survey in work.all(OpenSurvey, key=board_of(event.case.procedure), at="closed"):
        if today_at(work.now) >= survey.starts_on:
            _offer(work, case, survey.id, survey.conditions, survey.delay)


@hears
def note_the_mark(event: MarkSet, work: Work) -> None:
    """A mark of the case at which the form of a survey goes out, where the procedure has such a survey."""
    if event.is_set and event.mark in work.pack(event).survey.at_marks:
        language = event.customer.language if event.customer else "zh"
        told = {"case": event.case.model_dump(mode="json"), "language": language, "at": event.mark}
        work.tell(board_of(event.case.procedure), "marked", **told)


@hears.told("marked")
def offer_at_the_mark(timer: Timer, work: Work) -> None:
    """The customer gets one sheet of every open survey whose form goes out at this mark of such cases."""
    header = timer.data["case"]
    for survey in work.all(OpenSurvey, at=timer.data["at"]):
        if today_at(work.now) >= survey.starts_on:
            about = {"survey": survey.id, "conditions": survey.conditions, "delay": survey.delay}
            work.tell(header["id"], "offer_sheet", **about, header=header, language=timer.data["language"])


@hears
def take_the_sheet_back(event: CaseReopened, work: Work) -> None:
    """The case is open again: a sheet that did not go out yet waits until it is closed."""
    case = work.maybe(ClosedCase)
    if case is None:
        return
    case.is_closed = False
    for offer in work.all(Offer, sent_at=None):
        work.cancel("send_sheet", of=offer.survey_id)
        work.remove(offer)


@hears
def hold_surveys_as_often_as_was_set(told: ParameterSet, work: Work) -> None:
    """A department or office has set how often it surveys: its jobs have their turns so."""
    plan_interval(work, work.pack(told), told)


@hears.told("offer_sheet")
def offer_an_earlier_case(timer: Timer, work: Work) -> None:
    """Cases that were closed since the first day of a survey are asked about as well, and those with its mark."""
    case, marked = work.maybe(ClosedCase), timer.data.get("header")
    if case is None and marked is not None:
        language, open_ = timer.data["language"], False
        case = work.add(ClosedCase(marked["id"], marked["procedure"], marked, language, work.now, open_))
    if case is not None and (case.is_closed or marked is not None):
        _offer(work, case, timer.data["survey"], timer.data["conditions"], timer.data["delay"])


@hears.due("send_sheet")
def send_the_sheet(timer: Timer, work: Work) -> None:
    """The pause after closing is over: the survey makes the sheet, if it is still open."""
    case, offer = work.one(ClosedCase), work.one(Offer, survey_id=timer.of)
    offer.sent_at = work.now
    work.tell(timer.of, "make_sheet", case=case.header, language=case.language)


@hears.told("make_sheet")
def make_the_sheet(timer: Timer, work: Work) -> None:
    """A sheet goes out, as long as the survey is open and wants more."""
    survey = work.one(Survey)
    wanted = survey.quantity_of_all
    if survey.state != SurveyState.OPEN or (wanted is not None and survey.sent >= wanted):
        return
    case = CaseHeader.model_validate(timer.data["case"])
    area = case.place if survey.counted_in == "place" else None
    sheet = Sheet(
        id=work.new_id(),
        survey_id=survey.id,
        number=case.number,
        token=token_from(work.new_id(), work.new_id(), work.new_id()),
        case_id=case.id,
        header=timer.data["case"],
        language=timer.data["language"],
        sent_at=work.now,
        expires_at=end_of(survey.ends_on) if survey.ends_on else work.now + OPEN_FOR,
        area=area,
        place=case.place,
    )
    work.add(sheet)
    survey.sent += 1
    area_of(work, survey, area).sent += 1
    work.publish(
        SheetSent(
            case=case,
            survey_id=survey.id,
            survey=survey.name,
            sheet_id=sheet.id,
            area=area,
            means="link",
            sent_at=work.now,
        )
    )


@hears.due("survey_ends")
def end_on_the_last_day(timer: Timer, work: Work) -> None:
    """The last day is over: links answer no more; forms on paper are still brought back, entered and accounted for."""
    survey = work.one(Survey)
    if survey.state != SurveyState.OPEN:
        return
    work.tell(survey.board, "take_off_the_board", survey=survey.id)
    if any(area.handed_out for area in work.all(Area)):
        survey.state = SurveyState.COUNTING
        zh, en = survey.title["zh"], survey.title["en"]
        work.task(
            desk=survey.desk,
            kind="close",
            title=(f"录入并结束征询：{zh}", f"Enter what came back and close the survey: {en}"),
            url=survey.url,
            place=survey.place,
        )
    else:
        end_survey(work, survey, _pack_of(work, survey))


@hears.due(CHASE)
def chase_what_is_missing(timer: Timer, work: Work) -> None:
    """The last day comes near: the areas from which too little came back lie on the desk."""
    survey = work.one(Survey)
    if survey.takes_forms:
        chase(work, survey, _pack_of(work, survey))


@hears.told("take_off_the_board")
def take_off_the_board(timer: Timer, work: Work) -> None:
    """Closed cases find this survey no more."""
    for row in work.all(OpenSurvey, id=timer.data["survey"]):
        work.remove(row)


def _offer(work: Work, case: ClosedCase, survey: str, conditions: dict[str, Any], delay: str | None) -> None:
    header = case.known
    pack = work.pack(header.procedure, header.procedure_version)
    if work.maybe(Offer, survey_id=survey) or not Condition(conditions).decide(pack.facts_of(header)):
        return
    work.add(Offer(f"{case.id}.{survey}", case.id, survey))
    at = moment_after(Length.model_validate(delay), work.now, work.calendar(header.place)) if delay else work.now
    work.at(at, "send_sheet", of=survey)


def _pack_of(work: Work, survey: Survey) -> Pack:
    return work.pack(survey.procedure, survey.procedure_version)
