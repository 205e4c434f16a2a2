"""What people do with forms on paper: they hand them out, bring them back, and enter what was answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import Forbidden, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.survey import Means
from closeloop.contracts.survey import SheetSent
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey.actions import tell_returned
from closeloop.survey.answers import WrongAnswers, checked
from closeloop.survey.days import today_at
from closeloop.survey.desk import about, in_hand, somebody
from closeloop.survey.distribution.areas import planned_area
from closeloop.survey.distribution.chasing import is_enough
from closeloop.survey.distribution.model import WHOLE, Area, Movement
from closeloop.survey.model import Survey
from closeloop.survey.sheets import Sheet

MOST_AT_ONCE = 500


class MovementForm(BaseModel):
    """How many forms went to an area, or came back from it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    area: str = Field(default=WHOLE, max_length=80)
    handed_out: int = Field(default=0, ge=0, le=MOST_AT_ONCE)
    brought_back: int = Field(default=0, ge=0, le=MOST_AT_ONCE)
    means: Means = "paper"
    day: date | None = None
    """The day; today if nothing is said."""


class SheetForm(BaseModel):
    """What stands on a form that was brought back."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    area: str = Field(default=WHOLE, max_length=80)
    answers: dict[str, Any] = Field(default_factory=dict)
    serious: tuple[str, ...] = ()
    """Items that are seriously dissatisfying."""


@acts
def move_forms(work: Work, form: MovementForm) -> Area:
    """Forms go out to an area, or come back from it; the list says how many, on which day, by whom."""
    survey, pack, person = _in_hand(work, form.area)
    _is_of_the_staff(survey, pack, person)
    area = planned_area(work, survey, form.area)
    day = form.day or today_at(work.now)
    if day > today_at(work.now):
        raise Refused(_("This day lies in the future; correct it."))
    if not form.handed_out and not form.brought_back:
        raise Refused(_("Say how many forms went out or came back."))
    if form.handed_out:
        _hand_out(work, survey, pack, area, form)
    if form.brought_back:
        if not survey.takes_forms:
            raise Refused(_("This survey is not open; nothing is brought back."))
        area.bring_back(form.brought_back)
        survey.came_back += form.brought_back
        is_enough(work, survey, pack, area)
    moved = (form.handed_out, form.brought_back, form.means, person.id, work.now)
    work.add(Movement(work.new_id(), survey.id, area.name, day, *moved))
    return area


@acts
def enter_sheet(work: Work, form: SheetForm) -> Sheet:
    """Somebody of the staff enters what stands on a form that came back."""
    survey, pack, person = _in_hand(work, form.area)
    _is_of_the_staff(survey, pack, person)
    if not survey.takes_forms:
        raise Refused(_("This survey is not open; nothing is entered."))
    answers = _checked(survey, pack, form)
    area = planned_area(work, survey, form.area)
    number = area.enter()
    sheet = Sheet(
        id=_id_of(area, number),
        survey_id=survey.id,
        number=f"{area.name or survey.title['zh']}-{number}",
        sent_at=survey.opened_at or work.now,
        means="paper",
        area=area.name or None,
        place=_place_of(survey, area),
        entered_by=person.id,
        serious=list(form.serious),
    )
    sheet.count(answers, survey, work.now)
    work.add(sheet)
    tell_returned(work, survey, sheet)
    return sheet


def _hand_out(work: Work, survey: Survey, pack: Pack, area: Area, form: MovementForm) -> None:
    if survey.state != SurveyState.OPEN:
        raise Refused(_("This survey is not open; nothing is handed out."))
    rule = survey.said_in(pack)
    allowed: tuple[str, ...] = rule.distribution.means if rule and rule.distribution else ("paper", "meeting", "link")
    if form.means not in allowed:
        raise Refused(_("Forms of this survey go out in other ways: {known}.", known=", ".join(allowed)))
    first = area.handed_out + 1
    area.hand_out(form.handed_out)
    survey.sent += form.handed_out
    for number in range(first, area.handed_out + 1):
        work.publish(
            SheetSent(
                **about(survey),
                sheet_id=_id_of(area, number),
                area=area.name or None,
                means=form.means,
                sent_at=work.now,
            )
        )


def _checked(survey: Survey, pack: Pack, form: SheetForm) -> dict[str, Any]:
    fields = survey.questionnaire["fields"]
    if strange := [name for name in form.serious if name not in fields]:
        raise Refused(
            _("The questionnaire has no item {item}; it has: {known}.", item=strange[0], known=", ".join(fields))
        )
    try:
        return checked(survey.questionnaire, form.answers)
    except WrongAnswers as wrong:
        name, sentence = next(iter(wrong.wrong.items()))
        scale = pack.survey.said.scales.get(fields.get(name, {}).get("scale") or "")
        clause = next(iter(scale.clauses), None) if scale and wrong.off_the_scale else None
        raise Refused(sentence, clause) from None


def _in_hand(work: Work, area: str) -> tuple[Survey, Pack, Person]:
    """The survey with its procedure; whoever works at an area knows of it, and is told who its staff are."""
    survey, person = work.one(Survey), somebody(work)
    if survey.counted_in == "place" and person.at(area) and work.maybe(Area, name=area) is not None:
        return survey, work.pack(survey.procedure, survey.procedure_version), person
    return in_hand(work)


def _is_of_the_staff(survey: Survey, pack: Pack, person: Person) -> None:
    if not survey.staff:
        survey.worked_on_by(person, pack)
    elif person.id not in survey.staff:
        rule = survey.said_in(pack)
        clause = rule.distribution.clauses if rule and rule.distribution else None
        staff = ", ".join(survey.staff)
        raise Forbidden(
            _("Forms are handed out, brought back and entered by the staff of the plan: {staff}.", staff=staff), clause
        )


def _id_of(area: Area, number: int) -> str:
    return f"{area.id}.{number}"


def _place_of(survey: Survey, area: Area) -> str | None:
    return area.name if survey.counted_in == "place" else survey.place
