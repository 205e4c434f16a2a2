"""On whose desk a survey lies next, and what every event of it says."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.work import Work
from closeloop.survey.model import Survey

OPEN = "open"


def somebody(work: Work) -> Person:
    """Whoever does it; nobody does it without signing in."""
    assert work.by is not None
    return work.by


def in_hand(work: Work) -> tuple[Survey, Pack, Person]:
    """The survey that somebody who may see it works on, with its procedure."""
    survey, person = work.one(Survey), somebody(work)
    survey.seen_by(person)
    return survey, work.pack(survey.procedure, survey.procedure_version), person


def about(survey: Survey) -> dict[str, Any]:
    """What every event of a survey says of it."""
    return {
        "survey_id": survey.id,
        "survey": survey.name,
        "procedure": survey.procedure,
        "procedure_version": survey.procedure_version,
        "place": survey.place,
    }


def put_on_the_desk(work: Work, survey: Survey) -> None:
    """The plan lies with its desk where nobody has to approve it any more, or somebody said no."""
    off_the_desk(work)
    zh, en = survey.title["zh"], survey.title["en"]
    if survey.sent_back is not None:
        title = (f"修改征询计划：{zh}", f"Correct the plan of the survey: {en}")
    elif survey.is_unopened and not survey.needs_approval:
        title = (f"开始征询：{zh}", f"Open the survey: {en}")
    else:
        return
    work.task(desk=survey.desk, kind=OPEN, of="plan", title=title, url=survey.url, place=survey.place)


def off_the_desk(work: Work) -> None:
    """Nobody has to act on the plan any more."""
    work.done(OPEN, of="plan")
