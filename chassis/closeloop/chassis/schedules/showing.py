"""Periodic jobs as pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.periods import read_period
from closeloop.chassis.records.inputs import inputs as asked_for
from closeloop.chassis.schedules.doing import left_to_signers
from closeloop.chassis.schedules.inputs import Input, as_kept
from closeloop.chassis.schedules.job import JobState, ScheduledJob

if TYPE_CHECKING:
    from closeloop.chassis.running import Running
    from closeloop.contracts.procedure.fact import FormField
    from closeloop.contracts.procedure.form import Form
    from closeloop.contracts.procedure.schedule import Job

STATES = [
    (JobState.OPEN.value, _("Open")),
    (JobState.OVERDUE.value, _("Overdue")),
    (JobState.WRITTEN.value, _("To be signed")),
    (JobState.DONE.value, _("Done")),
]
_TONES = {JobState.OPEN: "waiting", JobState.OVERDUE: "bad", JobState.WRITTEN: "waiting", JobState.DONE: "good"}


def row(job: ScheduledJob, pack: Pack, running: Running) -> dict[str, Any]:
    """A job as lists and its own page say it."""
    state = job.state(running.now())
    place = running.people.organisation.place(job.place) if job.place else None
    who = running.people.maybe(job.done_by) if job.done_by else None
    return {
        "id": job.id,
        "title": job.title,
        "period": read_period(job.period, running.people.calendar(job.place).zone).title,
        "desk": pack.title_of(job.desk).model_dump(),
        "place": place.name.model_dump() if place else job.place or "",
        "starts_at": job.starts_at,
        "due_at": job.due_at,
        "opened_late": job.opened_late,
        "state": dict(STATES)[state],
        "tone": "neutral" if job.in_time is False else _TONES[state],
        "is_done": job.done_at is not None,
        "done_at": job.done_at,
        "done_by": who.name if who else job.done_by or (_("by itself") if job.done_at else ""),
        "done_late": job.in_time is False,
        "whom": job.found.get("whom", ""),
        "written_at": job.written_at,
        "written_by": job.writer.get("signer", ""),
        "note": job.note,
        "record": job.record,
    }


def sheet(
    job: ScheduledJob, pack: Pack, person: Person, running: Running, inputs: Sequence[Input] = ()
) -> dict[str, Any]:
    """What the page of a job shows."""
    rule = pack.jobs[job.name]
    form = pack.forms[rule.form] if rule.form else None
    return {
        "job": row(job, pack, running),
        "clauses": [(number, pack.clauses[number].text.model_dump()) for number in rule.clauses],
        "summary": job.found.get("summary", ""),
        "items": job.found.get("items", []),
        "form_title": form.title.model_dump() if form else "",
        "form_number": form.number or "" if form else "",
        "tables": job.found.get("tables", []),
        "inputs": [_input(one) for one in job.found.get("inputs") or as_kept(inputs, {})],
        "fields": asked_for(pack, form, _to_be_written(form, job, rule), job.standing) if form else [],
        "may_do": may_do(job, pack, person, running),
    }


def may_do(job: ScheduledJob, pack: Pack, person: Person, running: Running) -> bool:
    """Whether this person may do it now: it is on their desk, and not about themselves."""
    waits = job.done_at is None and job.written_at is None and job.whom != person.id
    return waits and job.desk in desks_of(person, running.people, [pack])


def _to_be_written(form: Form, job: ScheduledJob, rule: Job) -> dict[str, FormField]:
    """The fields that a person fills in: figures stand beside them, and signers fill in their own part."""
    not_now = job.frozen | left_to_signers(rule)
    return {name: field for name, field in form.fields.items() if name not in not_now}


def _input(kept: dict[str, Any]) -> dict[str, Any]:
    """An input as the page shows it."""
    done_at = kept["done_at"]
    return {**kept, "done_at": datetime.fromisoformat(done_at) if done_at else None}
