"""The clauses of a survey: which apply from when on, and which of them forbids a step."""

from __future__ import annotations

from collections.abc import Iterable

from closeloop.chassis.packs import Pack
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.survey import Survey as Rule
from closeloop.survey.model import Survey

SURVEY = "survey"
PLAN = "plan"
APPROVAL = "approval"
"""What the occasions of a survey hang on."""


def of_the_survey(rule: Rule | None) -> list[str]:
    """They apply from the plan on, and are kept when the survey is closed."""
    return list(rule.clauses) if rule else []


def of_the_plan(rule: Rule | None) -> list[str]:
    """They apply from the plan on, and are kept when the survey is opened as it was planned."""
    return list(rule.plan.clauses) if rule and rule.plan else []


def of_the_approval(rule: Rule | None) -> list[str]:
    """They apply from the plan on, and are kept by whoever approves it."""
    return list(rule.plan.approval.clauses) if rule and rule.plan and rule.plan.approval else []


def of_asking(survey: Survey, rule: Rule | None, pack: Pack) -> list[str]:
    """They apply while the survey asks: questionnaire, scales, how the forms go out and come back."""
    form = pack.forms.get(survey.questionnaire.get("form") or "")
    scales = [pack.survey.said.scales.get(name) for name in survey.questionnaire["scales"]]
    entries = [form, rule.covers if rule else None, *scales, rule.distribution if rule else None]
    return list(dict.fromkeys(clause for entry in entries if entry is not None for clause in entry.clauses))


def open_ones(work: Work, of: str, clauses: Iterable[str]) -> list[str]:
    """Those whose occasion has not ended yet."""
    still_open = {occasion.clause for occasion in work.all(Occasion, of=of, ended_at=None)}
    return [clause for clause in clauses if clause in still_open]


def ended_ones(work: Work, of: str, clauses: Iterable[str]) -> list[str]:
    """Those that are not open at the moment."""
    still_open = set(open_ones(work, of, clauses))
    return [clause for clause in clauses if clause not in still_open]
