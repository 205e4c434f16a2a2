"""What is seen after a move of a story, held against what is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from closeloop.contracts.procedure.scenario import Then
from closeloop.suite.stories.stage import Answer, Stage, Thing, part
from closeloop.suite.stories.things import of_things

SERVICES = ("intake", "dispatch", "callback", "survey", "stats")


def differences(stage: Stage, then: Then, answer: Answer | None) -> Iterator[str]:
    """Every sentence in which what is seen is not what is written."""
    if answer is not None and (otherwise := list(_came_of_it(then, answer))):
        yield from otherwise
        return
    if then.opened is not None:
        yield from _opened(stage, then.opened)
    yield from of_things(stage, then)
    if stage.action is not None:
        action = stage.action_now()
        yield from _stands(then, "corrective action", {**action, "status": action["state"]})
        yield from _of_the_matter(stage, then, action)
        return
    if stage.case is None:
        return
    case = stage.case_now()
    yield from _stands(then, "case", case)
    yield from _same("mark", then.marks, case["marks"])
    yield from _same("facet", then.facets, case["facets"])
    if then.no_duty is not None and any(
        one["rule"] == then.no_duty and one["status"] != "withdrawn" for one in stage.duties()
    ):
        yield f"the case has a duty {then.no_duty}"
    yield from _of_the_matter(stage, then, case)


def _stands(then: Then, what: str, one: Thing) -> Iterator[str]:
    for name in ("status", "round"):
        wanted = getattr(then, name)
        if wanted is not None and one[name] != wanted:
            yield f"the {name} of the {what} is {one[name]}, not {wanted}"


def _of_the_matter(stage: Stage, then: Then, one: Thing) -> Iterator[str]:
    if then.task_on is not None and then.task_on not in (desks := sorted(_desks_with_a_task(stage, one))):
        yield f"no task for it lies on {then.task_on}, only on {', '.join(desks) or 'no desk at all'}"
    if then.missed is not None and then.missed not in (missed := sorted(_missed(stage))):
        yield f"the limit {then.missed} was not missed, only {', '.join(missed) or 'none'}"


def _came_of_it(then: Then, answer: Answer) -> Iterator[str]:
    if then.refused is None:
        if answer.status_code >= 300:
            yield f"it was answered with {answer.status_code}: {answer.text[:600]}"
        return
    if answer.status_code < 300:
        yield f"it was not refused by {then.refused}, but done"
        return
    said = answer.json()
    clauses = said.get("clauses") or [said.get("clause")]
    if then.refused is not True and then.refused not in clauses:
        yield f"it was not refused by {then.refused}: {answer.status_code} {answer.text[:600]}"


def _same(what: str, wanted: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        if found.get(name) != value:
            yield f"the {what} {name} is {found.get(name)}, not {value}"


def _desks_with_a_task(stage: Stage, case: Thing) -> set[str]:
    """The desks on which something lies for the case, as their people see it."""
    found: set[str] = set()
    for person in stage.organisation.people:
        for task in stage.every("/api/dispatch/tasks", person.id):
            if task["case_number"] == case["number"]:
                found.add(task["desk"])
    return found


def _missed(stage: Stage) -> set[str]:
    """The limits of the case, or of the corrective action, that were missed, in any service."""
    found: set[str] = set()
    for service in SERVICES:
        answer = stage.organisation.ask("GET", f"/api/{service}/explanations/{part(stage.matter_id)}", stage.onlooker)
        if answer.status_code == 200:
            found.update(one["name"] for one in answer.json()["limits"] if one.get("missed_at"))
    return found


def _opened(stage: Stage, kind: str) -> Iterator[str]:
    """The case that was opened by the move; from here on the story is about it."""
    cases = sorted(stage.every("/api/intake/cases", procedure=stage.pack.id), key=lambda one: one["registered_at"])
    latest = cases[-1] if cases else None
    before = stage.case["id"] if stage.case else None
    if kind == "none":
        if latest is not None and latest["id"] != before:
            yield f"a case of the kind {latest['kind']} was opened"
    elif latest is None or latest["id"] == before or latest["kind"] != kind:
        yield f"no case of the kind {kind} was opened"
    else:
        stage.case = latest
