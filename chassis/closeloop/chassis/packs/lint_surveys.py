"""Surveys of a pack: a questionnaire asks something that counts, by a scale that is there, about what it must cover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from closeloop.chassis.conditions import Condition
from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_conditions import marks_of
from closeloop.chassis.packs.lint_names import Where, known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Form, Stats, Surveys
from closeloop.contracts.procedure.survey import Survey

ITEMS = ("scale", "points")
"""Types of the fields that count in the figure."""


def check_surveys(source: Source) -> Iterator[Fault]:
    """What a survey names and what its questionnaire asks."""
    surveys = source.parts.get("survey")
    scales = surveys.scales if isinstance(surveys, Surveys) else {}
    for name, form in source.folded("forms").items():
        if isinstance(form, Form):
            yield from _scales_of(source, name, form, list(scales))
    if isinstance(surveys, Surveys):
        for name, survey in surveys.surveys.items():
            yield from _of_survey(source, name, survey)


def topics_of(form: Form, items: tuple[str, ...] | None = None) -> dict[str, int]:
    """What a questionnaire asks about: topic to the number of its items, of all or of those that were chosen."""
    topics = Counter({section.topic: 0 for section in form.sections if section.topic})
    for section in form.sections:
        asked = [one for one in section.fields if one in form.fields and form.fields[one].type in ITEMS]
        if section.topic:
            topics[section.topic] += sum(items is None or one in items for one in asked)
    return dict(topics)


def _scales_of(source: Source, name: str, form: Form, scales: list[str]) -> Iterator[Fault]:
    for field, asked in form.fields.items():
        at: Where = ("fields", field)
        if asked.type == "scale" and asked.scale is None:
            yield source.fault(
                f"forms/{name}", at, f"{field} is answered by a scale: name it, such as scale: four_steps."
            )
        elif asked.scale is not None:
            yield from known(source, f"forms/{name}", (*at, "scale"), "scale", asked.scale, scales)


def _of_survey(source: Source, name: str, survey: Survey) -> Iterator[Fault]:
    at: Where = ("surveys", name)
    form = source.folded("forms").get(survey.form)
    if isinstance(form, Form):
        if not any(field.type in ITEMS for field in form.fields.values()):
            sentence = (
                f"Nothing on the form {survey.form} counts: let at least one field be answered by a scale or points."
            )
            yield source.fault("survey", (*at, "form"), sentence)
        yield from _covered(source, at, survey, form)
    if survey.goes_out:
        moments = ["closed", *sorted(set(marks_of(source)))]
        yield from known(source, "survey", (*at, "goes_out", "at"), "mark", survey.goes_out.at, moments)
    said = survey.distribution
    if said and said.rate is not None:
        stats = source.parts.get("stats")
        indicators = stats.indicators if isinstance(stats, Stats) else {}
        yield from known(source, "survey", (*at, "distribution", "rate"), "indicator", said.rate, indicators)
    if said and said.chase and said.rate is None:
        sentence = "Nobody knows when too few came back: name the indicator of the rate (rate: return_rate)."
        yield source.fault("survey", (*at, "distribution", "chase"), sentence)


def _covered(source: Source, at: Where, survey: Survey, form: Form) -> Iterator[Fault]:
    if survey.covers is None:
        return
    topics, that = topics_of(form), Condition(survey.covers.that.written)
    strange = sorted(that.facts_needed - topics.keys())
    place: Where = (*at, "covers", "that")
    for topic in strange:
        yield from known(source, "survey", (*place, topic), "topic", topic, list(topics))
    if not strange and not that.decide(topics):
        yield source.fault("survey", place, f"The form {survey.form} does not ask about all of this: add the items.")
