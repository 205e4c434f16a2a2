"""Periods as people name them, the same for every service; and the time of one survey, named by its id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from closeloop.chassis.periods import BadPeriod, Span, period_of
from closeloop.chassis.periods import read_period as read_calendar_period

__all__ = ["BadPeriod", "Span", "SurveySpan", "period_of", "read_period", "span_of_survey", "survey_of"]

SURVEY = "survey"
_OF_A_SURVEY = re.compile(r"survey-([0-9A-Za-z]{1,60})", re.ASCII)
_NO_DAY = date(9998, 1, 1)
"""A survey lasts from its first form to its closing; whatever asks for a day finds none of the calendar."""


@dataclass(frozen=True, slots=True)
class SurveySpan(Span):
    """The time of one survey: its sheets belong to it, on whatever day they went out."""

    @property
    def title(self) -> dict[str, str]:
        """What people call it."""
        return {"zh": "一次征询活动", "en": "One survey"}

    def parts(self) -> list[Span]:
        """It has no days of its own."""
        return []


def span_of_survey(survey: str, zone: ZoneInfo) -> Span:
    """The time of a survey, by its id."""
    kind: Any = SURVEY
    return SurveySpan(f"{SURVEY}-{survey}", kind, _NO_DAY, _NO_DAY, zone)


def survey_of(span: Span) -> str | None:
    """The survey whose time it is; none if it is a period of the calendar."""
    found = _OF_A_SURVEY.fullmatch(span.name)
    return found[1] if found else None


def read_period(text: str, zone: ZoneInfo) -> Span:
    """The period of this name; `BadPeriod` if there is none."""
    found = _OF_A_SURVEY.fullmatch(text)
    return span_of_survey(found[1], zone) if found else read_calendar_period(text, zone)
