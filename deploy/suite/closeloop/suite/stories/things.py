"""What a story may say of things beside the case: callbacks, reports, surveys, jobs, figures, ends of clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from closeloop.contracts.procedure.scenario import Then
from closeloop.suite.stories.moving import held_otherwise
from closeloop.suite.stories.stage import Stage, Thing

NAMES = {"state": "status"}


def of_things(stage: Stage, then: Then) -> Iterator[str]:
    """Every sentence in which something beside the case is not what is written."""
    for name, found in THINGS.items():
        wanted: Thing = getattr(then, name)
        if wanted:
            yield from says(f"{name}", wanted, found(stage))
    yield from _figures(stage, then)
    yield from _ends(stage, then)
    yield from _alarms(stage, then)
    yield from held_otherwise(stage, then)


def says(what: str, wanted: Thing, found: list[Thing]) -> Iterator[str]:
    """Whether one of the things says all that is written."""
    if not any(all(_of(one, name) == value for name, value in wanted.items()) for one in found):
        shown = [{name: _of(one, name) for name in wanted} for one in found]
        yield f"no {what} says {wanted}; there are {shown}"


def _of(one: Thing, name: str) -> Any:
    return one.get(name, one.get(NAMES.get(name, name)))


THINGS: dict[str, Callable[[Stage], list[Thing]]] = {
    "duty": lambda stage: stage.duties(),
    "callback": lambda stage: list(stage.every("/api/callback/callbacks", case=stage.case_id)),
    "report": lambda stage: list(stage.every("/api/dispatch/corrective-actions", case=stage.case_id)),
    "survey": lambda stage: list(stage.every("/api/survey/surveys"))[:1],
    "job": lambda stage: [] if stage.job is None else [stage.sees(stage.job)],
}
"""What a story may hold against what is shown."""


def _figures(stage: Stage, then: Then) -> Iterator[str]:
    for name, value in then.figures.items():
        query = {"procedure": stage.pack.id, "period": _period_of(stage, name)}
        shown = stage.sees(f"/api/stats/indicators/{name}", **query)
        if not isinstance(value, dict):
            if shown["value"] != value:
                yield f"the figure {name} is {shown['value']}, not {value}"
            continue
        groups = {group["value"]: group["figure"] for by in shown["groups"].values() for group in by}
        found = {group: groups.get(group) for group in value}
        if found != value:
            yield f"the figure {name} is {found}, not {value}"


def _period_of(stage: Stage, indicator: str) -> str:
    """The latest survey, where a figure stands for each of them; else the year of now."""
    rule = stage.pack.stats.indicator(indicator)
    surveys = THINGS["survey"](stage) if rule is not None and "survey" in rule.entry.per else []
    return f"survey-{surveys[0]['id']}" if surveys else f"{stage.organisation.now:%Y}"


def _ends(stage: Stage, then: Then) -> Iterator[str]:
    if not then.ends:
        return
    query = {"procedure": stage.pack.id, "period": f"{stage.organisation.now:%Y}"}
    matrix = {row["clause"]: row for row in stage.sees("/api/stats/clauses", **query)}
    for clause, wanted in then.ends.items():
        link = matrix[clause]["link"]
        found = sorted(stage.every(link), key=lambda one: (one["opened_at"], one["id"]))
        about = [one["end"] for one in found if stage.case is None or one["case"] in (None, stage.case["number"])]
        if about != list(wanted):
            yield f"the occasions of {clause} ended {about}, not {list(wanted)}"


def _alarms(stage: Stage, then: Then) -> Iterator[str]:
    if then.alarms is None:
        return
    query = {"procedure": stage.pack.id, "period": f"{stage.organisation.now:%Y}"}
    shown = [one for one in stage.sees("/api/stats/alarms", **query) if one["withdrawn_at"] is None]
    standing = sorted((one["alarm"], (one["group"] or "").partition(":")[2] or None) for one in shown)
    if standing != sorted(then.alarms.items()):
        yield f"the alarms are {dict(standing) or 'none'} ({len(standing)}), not {dict(then.alarms) or 'none'}"
