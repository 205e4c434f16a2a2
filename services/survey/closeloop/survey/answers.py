"""Answers as they come from outside: each is checked against its question before anything is done."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from closeloop.chassis.i18n import Sentence, _

LONGEST_TEXT = 2000


class WrongAnswers(Exception):
    """Answers that do not fit their questions: question to sentence."""

    def __init__(self, wrong: dict[str, Sentence]) -> None:
        super().__init__(", ".join(wrong))
        self.wrong = wrong


def checked(sheet: dict[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that were given, each of a kind that its question allows; `WrongAnswers` says what is wrong."""
    questions: dict[str, dict[str, Any]] = sheet["questions"]
    wrong = {name: _("This sheet has no such question. Leave it out.") for name in given if name not in questions}
    answers: dict[str, Any] = {}
    for name, question in questions.items():
        value = given.get(name)
        if isinstance(value, str):
            value = value.strip() or None
        if value is None:
            if question.get("required"):
                wrong[name] = _("Please answer this question.")
            continue
        fault = _fault(question, sheet, value)
        if fault:
            wrong[name] = fault
        else:
            answers[name] = _plain(question, value)
    if wrong:
        raise WrongAnswers(wrong)
    return answers


def _fault(question: dict[str, Any], sheet: dict[str, Any], value: Any) -> Sentence | None:
    match question.get("type", "scale"):
        case "scale":
            allowed = list(sheet["scales"][question["scale"]]["answers"])
        case "choice":
            allowed = list(question.get("choices", {}))
        case "points":
            full = question.get("full_points") or 100
            fits = not isinstance(value, bool) and bool(re.fullmatch(r"\d{1,6}(\.\d{1,2})?", str(value)))
            return None if fits and float(value) <= full else _("Please give points from 0 to {full}.", full=full)
        case _:
            if not isinstance(value, str):
                return _("Please give text.")
            too_long = len(value) > LONGEST_TEXT
            return _("Please shorten this to {count} characters.", count=LONGEST_TEXT) if too_long else None
    fits = isinstance(value, str) and value in allowed
    return None if fits else _("Please choose one of: {offered}.", offered=", ".join(allowed))


def _plain(question: dict[str, Any], value: Any) -> Any:
    return float(value) if question.get("type") == "points" else value
