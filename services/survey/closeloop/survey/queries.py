"""What survey shows and looks up; it changes nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, or_, select

from closeloop.chassis.i18n import _
from closeloop.chassis.people import Person, scoped
from closeloop.chassis.reading import Paged, Read
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.contracts.vocabulary import SurveyState
from closeloop.survey.days import start_of
from closeloop.survey.distribution.model import Area, Movement
from closeloop.survey.model import ClosedCase, Survey
from closeloop.survey.questionnaire import steps_of
from closeloop.survey.sheets import Sheet

SURVEYS = table_of(Survey).c
SHEETS = table_of(Sheet).c


async def surveys(
    read: Read,
    person: Person,
    *,
    status: SurveyState | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> Paged[Survey]:
    """Surveys that this person may see, the newest first."""
    query = _seen_by(person)
    if status:
        query = query.where(SURVEYS.state == status)
    return await read.page(
        Survey, query, by=(SURVEYS.planned_at, SURVEYS.id), cursor=cursor, limit=limit, descending=True
    )


async def survey(read: Read, person: Person, identity: str) -> Survey:
    """One survey; nothing for whom it is none of their business."""
    found = await read.one(Survey, _seen_by(person).where(SURVEYS.id == identity))
    if found is None:
        raise NotFound()
    return found


async def sheets(
    read: Read, person: Person, of: Survey, *, returned: bool | None = None, cursor: str | None = None, limit: int = 50
) -> Paged[Sheet]:
    """The sheets of a survey as far as the person works at their places, the newest first."""
    query = select(table_of(Sheet)).where(SHEETS.survey_id == of.id)
    if person.places is not None:
        query = query.where(or_(SHEETS.place.is_(None), SHEETS.place.in_(sorted(person.places))))
    if returned is not None:
        query = query.where(SHEETS.returned_at.is_not(None) if returned else SHEETS.returned_at.is_(None))
    return await read.page(Sheet, query, by=(SHEETS.sent_at, SHEETS.id), cursor=cursor, limit=limit, descending=True)


async def one_sheet(read: Read, person: Person, of: Survey, identity: str) -> Sheet:
    """One sheet of a survey."""
    found = await read.one(Sheet, select(table_of(Sheet)).where(SHEETS.id == identity, SHEETS.survey_id == of.id))
    if found is None or not person.at(found.place):
        raise NotFound()
    return found


async def answers(read: Read, of: Survey) -> list[dict[str, Any]]:
    """All answers that came back, without whose they are."""
    statement = select(SHEETS.answers).where(SHEETS.survey_id == of.id, SHEETS.returned_at.is_not(None))
    return [row["answers"] for row in await read.all(statement)]


async def closed_since(read: Read, of: Survey) -> list[str]:
    """The cases of the procedure that were closed since the survey's first day."""
    cases = table_of(ClosedCase).c
    statement = select(cases.id).where(
        cases.procedure == of.procedure, cases.is_closed.is_(True), cases.closed_at >= start_of(of.starts_on)
    )
    return [row["id"] for row in await read.all(statement.order_by(cases.closed_at, cases.id))]


async def sheet_of(read: Read, token: str) -> tuple[Sheet, Survey]:
    """The sheet that a customer holds; who guesses finds nothing."""
    found = await read.one(Sheet, select(table_of(Sheet)).where(SHEETS.token == token))
    if found is None:
        raise NotFound()
    asked = await read.one(Survey, select(table_of(Survey)).where(SURVEYS.id == found.survey_id))
    assert asked is not None
    return found, asked


async def areas(read: Read, of: Survey) -> list[Area]:
    """The areas of a survey in the order of the plan."""
    table = table_of(Area)
    return await read.rows(Area, select(table).where(table.c.survey_id == of.id).order_by(table.c.number))


async def movements(read: Read, of: Survey) -> list[Movement]:
    """What went out and came back, the newest first."""
    table = table_of(Movement)
    return await read.rows(Movement, select(table).where(table.c.survey_id == of.id).order_by(table.c.id.desc()))


def counts_of(survey: Survey, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How often each answer was chosen, field by field; texts as they were written, but nobody's name."""
    found = []
    for name, field in survey.questionnaire["fields"].items():
        values = [answers[name] for answers in given if answers.get(name) is not None]
        kind = field["type"]
        if kind == "text" and field.get("personal"):
            continue
        entry: dict[str, Any] = {"name": name, "text": field["title"], "type": kind, "answered": len(values)}
        if kind in ("scale", "choice", "choices"):
            steps = steps_of(survey.questionnaire, field) if kind == "scale" else field["choices"]
            chosen = [one for value in values for one in (value if isinstance(value, list) else [value])]
            entry["answers"] = [
                {"value": value, "title": words["title"], "counts": words.get("counts"), "n": chosen.count(value)}
                for value, words in steps.items()
            ]
        elif kind in ("points", "number"):
            entry["mean"] = round(sum(values) / len(values), 2) if values else None
        else:
            entry["texts"] = values
        found.append(entry)
    return found


def said_in(survey: Survey, sheet: Sheet) -> list[tuple[Any, Any]]:
    """Question and answer, as people read them."""
    said = []
    for name, field in survey.questionnaire["fields"].items():
        value = (sheet.answers or {}).get(name)
        if value is not None and field["type"] in ("scale", "choice", "choices"):
            steps = steps_of(survey.questionnaire, field) if field["type"] == "scale" else field["choices"]
            titles = [steps[one]["title"] for one in (value if isinstance(value, list) else [value])]
            value = {"zh": "、".join(one["zh"] for one in titles), "en": ", ".join(one["en"] for one in titles)}
        elif isinstance(value, bool):
            value = _("Yes") if value else _("No")
        said.append((field["title"], value))
    return said


def _seen_by(person: Person) -> Select[Any]:
    table = table_of(Survey)
    return scoped(select(table), table, person)
