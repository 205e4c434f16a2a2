"""The check of the callers: what is looked at is frozen when the job is opened; done when each has a finding."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa

from closeloop.callback.asking.model import Attempt
from closeloop.callback.model import Callback
from closeloop.callback.planning.draw import draw, seed_of
from closeloop.callback.supervision.showing import show
from closeloop.chassis.acting import here
from closeloop.chassis.coverage import asked_of
from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import not_applicable
from closeloop.chassis.parameters import number_at
from closeloop.chassis.people import People
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import table_of
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.schedules.bearings import pack_of, period_before
from closeloop.chassis.schedules.doing import judge_job, open_clauses, rule_of
from closeloop.chassis.work import Work

hears = Hears()
CHECKS_CALLERS = "check_callers"
ATTEMPTS, CALLBACKS = table_of(Attempt), table_of(Callback)


async def what_callers_did(read: Read, job: ScheduledJob) -> list[dict[str, Any]]:
    """The callbacks of the period before, of each caller the share that is to be checked."""
    running = here.get()
    pack = pack_of(job)
    before = period_before(job)
    found = (
        sa.select(ATTEMPTS, CALLBACKS.c.case_number, CALLBACKS.c.number.label("callback"))
        .join_from(ATTEMPTS, CALLBACKS, CALLBACKS.c.id == ATTEMPTS.c.callback_id)
        .where(
            CALLBACKS.c.procedure == job.procedure,
            ATTEMPTS.c.counts,
            ATTEMPTS.c.recorded_at >= before.start,
            ATTEMPTS.c.recorded_at < before.end,
        )
    )
    if job.place is not None:
        found = found.where(CALLBACKS.c.place == job.place)
    made: dict[str, dict[str, Any]] = {row["id"]: dict(row) for row in await read.all(found)}
    by_caller: dict[str, list[str]] = defaultdict(list)
    for one in made.values():
        by_caller[one["caller"]].append(one["id"])
    supervision = pack.callback.supervision
    share = await number_at(read, pack, supervision.share, job.starts_at) if supervision else 100.0
    names = {identity: f"{one['case_number']}.{one['callback']}.{one['number']}" for identity, one in made.items()}
    seed = seed_of(job.procedure, job.name, before.name, names.values())
    people = running.people
    return [
        _to_check(made[identity], people)
        for _caller, ids in sorted(by_caller.items())
        for identity in draw(seed, ids, asked_of(len(ids), share), names.__getitem__)
    ]


@hears.job(CHECKS_CALLERS, reads=what_callers_did)
def choose_what_is_checked(job: ScheduledJob, work: Work, found: list[dict[str, Any]]) -> None:
    """Whoever supervises gets a share of every caller's work; where nobody called there is nothing to check."""
    if not found:
        judge_job(work, job, not_applicable(open_clauses(work, rule_of(work, job).clauses), of="job"))
        job.finish("", work.now, None)
        return
    show(job, found)


@hears.job_done(CHECKS_CALLERS)
def sign_the_check(job: ScheduledJob, work: Work) -> None:
    """The record is complete when every callback that was chosen has a finding."""
    missing = [one for one in job.found.get("checks", []) if not one["finding"]]
    if missing:
        clause = next(iter(rule_of(work, job).clauses), None)
        raise Refused(_("{n} callbacks have no finding yet; write down what the check showed.", n=len(missing)), clause)


def _to_check(attempt: dict[str, Any], people: People) -> dict[str, Any]:
    somebody = people.maybe(attempt["caller"])
    return {
        "attempt": attempt["id"],
        "callback": attempt["callback_id"],
        "case_number": attempt["case_number"],
        "caller": attempt["caller"],
        "caller_name": somebody.name if somebody else attempt["caller"],
        "form": attempt["form"],
        "outcome": attempt["outcome"],
        "note": attempt["note"],
        "attempted_at": attempt["attempted_at"].isoformat(),
        "finding": None,
        "remark": None,
        "checker": None,
    }
