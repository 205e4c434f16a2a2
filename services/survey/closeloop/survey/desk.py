"""On whose desk a survey lies next, and what every event of it says."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.work import Work
from closeloop.survey.model import Survey

APPROVE, OPEN = "approve", "open"


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
    """The plan lies with whoever has to act on it next."""
    off_the_desk(work, survey)
    zh, en = survey.title["zh"], survey.title["en"]
    if survey.sent_back is not None:
        title = (f"修改征询计划：{zh}", f"Correct the plan of the survey: {en}")
        work.task(desk=survey.desk, kind=OPEN, of="plan", title=title, url=survey.url, place=survey.place)
        return
    for role in survey.awaited:
        title = (f"审批征询计划：{zh}", f"Approve the survey: {en}")
        work.task(desk=role, kind=APPROVE, of=_of(survey, role), title=title, url=survey.url, place=survey.place)
    if not survey.awaited and survey.is_unopened:
        title = (f"开始征询：{zh}", f"Open the survey: {en}")
        work.task(desk=survey.desk, kind=OPEN, of="plan", title=title, url=survey.url, place=survey.place)


def off_the_desk(work: Work, survey: Survey) -> None:
    """Nobody has to act on the plan any more."""
    for role in survey.approvers:
        work.done(APPROVE, of=_of(survey, role))
    work.done(OPEN, of="plan")


def _of(survey: Survey, role: str) -> str:
    """With one approver the task hangs on the plan, with several on each part of its approval."""
    return "plan" if len(survey.approvers) == 1 else f"plan:{role}"
