"""Duties and tasks as programs read them, and the person who asks with the desks that are theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends

from closeloop.chassis.acting import here
from closeloop.chassis.limits import Limit
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.reading import Paged
from closeloop.contracts.procedure.step import KNOWN_STEPS
from closeloop.dispatch.deciding.model import Question
from closeloop.dispatch.model import DeskTask, Duty


@dataclass(frozen=True, slots=True)
class AtWork:
    """Whoever asks, the desks that are theirs, and the moment."""

    person: Person
    desks: frozenset[str]
    packs: tuple[Pack, ...]
    now: datetime


async def at_work(person: CurrentPerson) -> AtWork:
    """The person of a request with their desks, as the organisation stands now."""
    running = here.get()
    now = running.now()
    packs = tuple(running.procedures.current(now))
    return AtWork(person, desks_of(person, running.people, packs), packs, now)


WhoAsks = Annotated[AtWork, Depends(at_work)]


def pack_of(duty: Duty) -> Pack:
    """The version of the procedure by which a duty is judged."""
    return here.get().procedures.pack(duty.procedure, duty.procedure_version)


def duty_as_json(duty: Duty) -> dict[str, Any]:
    """A duty as a program reads it."""
    return {
        "id": duty.id,
        "case": duty.case_id,
        "case_number": duty.case_number,
        "number": duty.number,
        "rule": duty.rule,
        "title": duty.title,
        "kind": duty.kind,
        "round": duty.round,
        "desk": duty.desk,
        "tracked_by": duty.tracked_by,
        "form": duty.form,
        "status": duty.state,
        "place": duty.place,
        "content": duty.content,
        "worker": duty.worker,
        "crew": duty.crew,
        "trade": duty.trade,
        "due_at": duty.due_at,
        "missed_at": duty.missed_at,
        "issued_at": duty.issued_at,
        **{f"{moment}_at": duty.at(step) for step, moment in KNOWN_STEPS.items()},
        "withdrawn_at": duty.withdrawn_at,
        "steps": duty.steps,
        "outcome": duty.outcome,
        "result": duty.result,
        "fields": duty.record,
        "signature": duty.signature,
        "opinion": duty.opinion,
        "satisfied": duty.satisfied,
        "again_of": duty.again_of,
        "issued_by": duty.issued_by,
        "because": duty.because,
        "came_back": duty.came_back,
        "tracked": duty.tracked,
        "told": duty.told,
        "record": duty.record_id,
        "url": duty.url,
    }


def limit_as_json(limit: Limit, pack: Pack) -> dict[str, Any]:
    """A limit as a program reads it."""
    said = pack.dispatch.limits[limit.name]
    return {
        "id": limit.id,
        "of": limit.of,
        "name": limit.name,
        "title": said.title.model_dump(),
        "clauses": limit.clauses,
        "stops": said.stops,
        "started_at": limit.started_at,
        "due_at": limit.due_at,
        "stopped_at": limit.stopped_at,
        "missed_at": limit.missed_at,
        "withdrawn_at": limit.withdrawn_at,
        "paused_at": limit.paused_at,
        "by_fact": limit.by_fact,
        "is_estimate": limit.is_estimate,
        "ledger": limit.ledger,
    }


def question_as_json(question: Question) -> dict[str, Any]:
    """A decision about a duty as a program reads it."""
    return {
        "id": question.id,
        "case": question.case_id,
        "number": question.number,
        "rule": question.rule,
        "title": question.title,
        "round": question.round,
        "decided_by": question.decided_by,
        "before": {"duty": question.waits_duty, "step": question.waits_step},
        "answer": question.answer,
        "reason": question.reason,
        "desks": question.desks,
        "asked_at": question.asked_at,
        "answered_by": question.answered_by,
        "answered_at": question.answered_at,
        "url": question.url,
    }


def task_as_json(task: DeskTask, now: datetime) -> dict[str, Any]:
    """A task as a program reads it."""
    return {
        "id": task.id,
        "service": task.service,
        "kind": task.kind,
        "key": task.key,
        "of": task.of,
        "case_number": task.case_number,
        "title": {"zh": task.title_zh, "en": task.title_en},
        "desk": task.desk,
        "person": task.person,
        "place": task.place,
        "url": task.url,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
        "overdue": task.due_at is not None and task.due_at < now,
    }


def page_as_json(page: Paged[Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """One page of a list."""
    return {"items": items, "next": page.next}
