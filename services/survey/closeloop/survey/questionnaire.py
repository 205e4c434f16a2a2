"""The questionnaire of a survey: a form as it stood when the survey was planned, and how its answers are counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from closeloop.chassis.conditions import Condition
from closeloop.chassis.fields import FULL_POINTS
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.procedure.survey import Formula, Scale

ITEMS = ("scale", "points")
"""Types of the fields that count in the figure."""

ASKED = (*ITEMS, "text", "long_text", "number", "truth", "day", "choice", "choices")
"""Types of the fields that whoever is asked fills in."""


def frozen(
    form: Form, scales: Mapping[str, Scale], formula: Formula, *, name: str = "", items: Iterable[str] | None = None
) -> dict[str, Any]:
    """The questionnaire with all or some of its items, so that nobody changes it while people answer it."""
    chosen = set(form.fields) if items is None else set(items)
    fields = {
        one: field.model_dump(mode="json", by_alias=True, exclude_defaults=True) | {"type": field.type}
        for one, field in form.fields.items()
        if is_asked(field) and (field.type not in ITEMS or one in chosen)
    }
    sections = [
        {"title": section.title.model_dump(), "topic": section.topic, "fields": inside}
        for section in form.sections
        if (inside := [one for one in section.fields if one in fields])
    ]
    named = sorted({field["scale"] for field in fields.values() if field.get("scale")})
    return {
        "form": name,
        "title": form.title.model_dump(),
        "number": form.number,
        "version": form.version,
        "introduction": form.introduction.model_dump() if form.introduction else None,
        "fields": fields,
        "sections": sections,
        "scales": {one: scales[one].model_dump(mode="json", include={"answers"}) for one in named},
        "formula": formula,
    }


def is_asked(field: FormField) -> bool:
    """Whether it is filled in by whoever is asked; what the house knows already is not."""
    return field.type in ASKED and field.from_ is None


def items_of(questionnaire: Mapping[str, Any]) -> list[str]:
    """The fields that count."""
    return [name for name, field in questionnaire["fields"].items() if field["type"] in ITEMS]


def topics_of(questionnaire: Mapping[str, Any], topics: Iterable[str] = ()) -> dict[str, int]:
    """What it asks about: topic to the number of its items."""
    found = dict.fromkeys(topics, 0)
    items = set(items_of(questionnaire))
    for section in questionnaire["sections"]:
        if topic := section["topic"]:
            found[topic] = found.get(topic, 0) + len(items.intersection(section["fields"]))
    return found


def covers(that: Condition, topics: Mapping[str, int]) -> bool:
    """Whether it asks about everything that it has to ask about."""
    return bool(that.decide({**dict.fromkeys(that.facts_needed, 0), **topics}))


def steps_of(questionnaire: Mapping[str, Any], field: Mapping[str, Any]) -> dict[str, Any]:
    """The steps of a field's scale: value to its title, as what it counts, its points."""
    steps: dict[str, Any] = questionnaire["scales"][field["scale"]]["answers"]
    return steps


def counted(questionnaire: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[int, int, int, float | None]:
    """Satisfied and dissatisfied items, unanswered ones, and the points if the form is scored."""
    qualified = dissatisfied = unanswered = 0
    points: float | None = None
    for name in items_of(questionnaire):
        field, answer = questionnaire["fields"][name], answers.get(name)
        if answer is None:
            unanswered += 1
            continue
        step = steps_of(questionnaire, field)[answer] if field["type"] == "scale" else {"points": answer}
        counts = step.get("counts")
        qualified += counts == "qualified"
        dissatisfied += counts == "dissatisfied"
        unanswered += counts == "unanswered"
        if step.get("points") is not None:
            points = (points or 0) + float(step["points"]) * float(field.get("weight", 1))
    return qualified, dissatisfied, unanswered, points


def counts_of(questionnaire: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, str]:
    """Each item that is answered by a scale, as what its answer counts."""
    found: dict[str, str] = {}
    for name in items_of(questionnaire):
        field, answer = questionnaire["fields"][name], answers.get(name)
        if field["type"] == "scale":
            found[name] = "unanswered" if answer is None else steps_of(questionnaire, field)[answer]["counts"]
    return found


def full_points_of(questionnaire: Mapping[str, Any]) -> float:
    """The highest number of points that a form can have."""
    full = 0.0
    for name in items_of(questionnaire):
        field = questionnaire["fields"][name]
        if field["type"] == "scale":
            most = max((step.get("points") or 0 for step in steps_of(questionnaire, field).values()), default=0)
        else:
            most = field.get("full_points") or FULL_POINTS
        full += float(most) * float(field.get("weight", 1))
    return full
