"""The weekly check of the register: the head sees which callbacks are to be made, and says who makes each of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import BaseModel, ConfigDict, Field

from closeloop.callback.asking.actions import arrange, may_call
from closeloop.callback.clauses import of_kind
from closeloop.callback.ending import OVER
from closeloop.callback.model import Callback, Case
from closeloop.callback.planning.draw import one_less
from closeloop.callback.planning.plan import DRAWS
from closeloop.chassis.acting import acts, here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.people import People, Person
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import table_of
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.schedules.doing import must_be_able_to_do, rule_of
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import CallbackState, ClauseKind

hears = Hears()
CHECKS = "check_register"
CASES, CALLBACKS = table_of(Case), table_of(Callback)


class CallersForm(BaseModel):
    """Who makes which callback of the plan: each by its id, or one person for all that have nobody yet."""

    model_config = ConfigDict(extra="forbid")

    callers: dict[str, str] = Field(default_factory=dict)
    everyone: str | None = Field(default=None, max_length=100)


async def to_be_made(read: Read, job: ScheduledJob) -> list[dict[str, Any]]:
    """The callbacks that are to be made, with what the register says that the customer wants."""
    people = here.get().people
    found = (
        sa.select(CALLBACKS, CASES.c.content, CASES.c.remedy_sought)
        .join_from(CALLBACKS, CASES, CASES.c.id == CALLBACKS.c.case_id)
        .where(
            CALLBACKS.c.procedure == job.procedure,
            CALLBACKS.c.state == CallbackState.PLANNED,
            CALLBACKS.c.held.is_(False),
            CALLBACKS.c.awaits.is_(None),
        )
        .order_by(CALLBACKS.c.due_at, CALLBACKS.c.id)
    )
    if job.place is not None:
        found = found.where(CALLBACKS.c.place == job.place)
    return [
        {
            "id": row["id"],
            "case": row["case_id"],
            "number": row["number"],
            "case_number": row["case_number"],
            "coverage": row["coverage"],
            "desk": row["desk"],
            "place": row["place"],
            "round": row["round"],
            "form": row["form"],
            "due_at": row["due_at"].isoformat(),
            "requirement": (row["remedy_sought"] or row["content"] or "")[:200],
            "caller": row["caller"],
            "caller_name": _name(row["caller"], people),
            "over": False,
        }
        for row in await read.all(found)
    ]


@hears.job(CHECKS, reads=to_be_made)
def lay_the_plan_before_the_head(job: ScheduledJob, work: Work, found: list[dict[str, Any]]) -> None:
    """What is to be made that week is frozen; the head says who makes it, and signs."""
    for one in found:
        work.tell(one["case"], "in_the_plan", callback=one["number"], job=job.id)
    _show(job, found)


@acts
def arrange_callers(
    work: Work, form: CallersForm, callers: Mapping[str, Person | None], people: People
) -> ScheduledJob:
    """The head says who asks whom; each callback then lies on that person's desk."""
    job = work.one(ScheduledJob)
    pack, person = work.pack(job.procedure, job.version), work.by
    assert person is not None
    must_be_able_to_do(job, pack, person, people)
    if job.done_at is not None:
        raise Refused(_("This was done already, on {at}.", at=job.done_at))
    plan = [dict(one) for one in job.found.get("callbacks", [])]
    wanted = dict(form.callers)
    strange = sorted(wanted.keys() - {one["id"] for one in plan})
    if strange:
        raise Refused(_("{callback} is not in the plan of this week. Load the page again.", callback=strange[0]))
    for one in plan:
        login = wanted.get(one["id"]) or (form.everyone if not one["caller"] else None)
        if not login or one["over"]:
            continue
        may_call(callers.get(login), login, one["desk"], one["place"], pack, arranged_by=person)
        one |= {"caller": login, "caller_name": _name(login, people)}
        work.tell(one["case"], "arranged", callback=one["number"], caller=login)
    _show(job, plan)
    return job


@hears.job_done(CHECKS)
def sign_the_plan(job: ScheduledJob, work: Work) -> None:
    """The week is arranged when every callback of the plan has a person."""
    missing = [one for one in job.found.get("callbacks", []) if not one["caller"] and not one["over"]]
    if missing:
        pack, clauses = work.pack(job.procedure, job.version), rule_of(work, job).clauses
        clause = next(iter(reversed(of_kind(clauses, pack, ClauseKind.SCHEDULE))), None)
        raise Refused(_("{n} callbacks have nobody yet who makes them; arrange that first.", n=len(missing)), clause)


@hears.told("in_the_plan")
def tell_the_job_when_over(timer: Timer, work: Work) -> None:
    """The plan hears when this callback was made."""
    callback = work.maybe(Callback, number=timer.data["callback"])
    if callback is not None:
        callback.jobs = list(dict.fromkeys([*callback.jobs, timer.data["job"]]))
        if not callback.is_open:
            work.tell(timer.data["job"], OVER, callback=callback.id)


@hears.told("arranged")
def lie_on_the_callers_desk(timer: Timer, work: Work) -> None:
    """The head named who asks this customer."""
    callback = work.maybe(Callback, number=timer.data["callback"])
    if callback is not None and callback.is_open:
        arrange(work, callback, work.one(Case), timer.data["caller"])


@hears.told(OVER)
def take_off_the_list(timer: Timer, work: Work) -> None:
    """A customer for whom a job waits was asked, or need not be asked any more."""
    job, callback = work.maybe(ScheduledJob), timer.data["callback"]
    if job is None:
        return
    if rule_of(work, job).does == DRAWS:
        one_less(job, work, callback)
    elif job.done_at is None:
        plan = [one | {"over": one["over"] or one["id"] == callback} for one in job.found.get("callbacks", [])]
        _show(job, plan)


def _show(job: ScheduledJob, plan: list[dict[str, Any]]) -> None:
    """The plan as the page shows it, and as it stands on the record."""
    arranged = sum(bool(one["caller"]) or one["over"] for one in plan)
    lines = [f"{n}. {_line(one)}" for n, one in enumerate(plan, 1)]
    job.found = {
        "callbacks": plan,
        "fields": {"period": job.period, "callbacks": len(plan), "plan": "\n".join(lines) or "本周没有待回访事项"},
        "summary": {
            "zh": f"本周待回访 {len(plan)} 件，已安排 {arranged} 件",
            "en": f"{len(plan)} callbacks to be made this week, {arranged} arranged",
        },
        "items": [
            {
                "title": {"zh": "安排回访人", "en": "Arrange the callers"},
                "value": f"{arranged}/{len(plan)}",
                "url": f"/callback/plan/{job.id}",
            }
        ],
    }


def _line(one: dict[str, Any]) -> str:
    """A callback of the plan as it stands on the record: until when, by whom, and what the customer wants."""
    by = one["caller_name"] or ("已回访" if one["over"] else "")
    day = f"{datetime.fromisoformat(one['due_at']).astimezone(HOME_ZONE):%m-%d}"
    return " ".join(filter(None, (one["case_number"], f"{day} 前", by, one["requirement"][:60])))


def _name(login: str | None, people: People) -> str | None:
    somebody = people.maybe(login) if login else None
    return somebody.name if somebody else login
