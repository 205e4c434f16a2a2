"""Answers as they come from outside: each is checked against its field before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.fields import fitting
from closeloop.chassis.i18n import Sentence, _
from closeloop.contracts.procedure.fact import FormField
from closeloop.survey.questionnaire import steps_of


class WrongAnswers(Exception):
    """Answers that do not fit their fields: field to sentence."""

    def __init__(self, wrong: dict[str, Sentence], *, off_the_scale: bool = False) -> None:
        super().__init__(", ".join(wrong))
        self.wrong, self.off_the_scale = wrong, off_the_scale


def checked(questionnaire: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that were given, each of a kind that its field allows; `WrongAnswers` says what is wrong."""
    fields: dict[str, dict[str, Any]] = questionnaire["fields"]
    wrong = {name: _("This sheet has no such question. Leave it out.") for name in given if name not in fields}
    answers: dict[str, Any] = {}
    off_the_scale = False
    for name, field in fields.items():
        value = given.get(name)
        if isinstance(value, str):
            value = value.strip() or None
            if value and field["type"] == "choices":
                value = [value]
        if value is None or value == []:
            if field.get("required"):
                wrong[name] = _("Please answer this question.")
            continue
        if field["type"] == "scale":
            steps = steps_of(questionnaire, field)
            if not isinstance(value, str) or value not in steps:
                wrong[name], off_the_scale = _("Please choose one of: {offered}.", offered=", ".join(steps)), True
                continue
        try:
            answers[name] = fitting(FormField.model_validate(field), value)
        except ValueError as fault:
            wrong[name] = _sentence(fault)
    if wrong:
        raise WrongAnswers(wrong, off_the_scale=off_the_scale)
    return answers


def _sentence(fault: ValueError) -> Sentence:
    said = fault.args[0]
    return said if isinstance(said, Sentence) else Sentence(str(said))
