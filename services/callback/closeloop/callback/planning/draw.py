"""The weekly sample: frozen when it is drawn, and drawn so that anybody can draw it again.

The seed is the SHA-256 of the procedure, the coverage, the period and the numbers of all cases in their order. The
cases are put into the order of SHA-256 of seed and number, and the first ones are the sample: what is drawn from one
register is the same wherever and however often it is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

import sqlalchemy as sa

from closeloop.callback.model import Callback, Case
from closeloop.callback.planning.plan import DRAWS, draw_in, leave_out
from closeloop.chassis.coverage import asked_of, exempted, handled
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import not_applicable
from closeloop.chassis.parameters import number_at
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.schedules.bearings import pack_of, period_before
from closeloop.chassis.schedules.doing import finish_by_itself, judge_job, open_clauses, rule_of
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import CallbackState

hears = Hears()
CASES, CALLBACKS = table_of(Case), table_of(Callback)


@dataclass(frozen=True)
class Population:
    """Of whom is drawn, and how large a share."""

    of_period: str
    share: float | None
    cases: dict[str, tuple[str, int]]
    """Case to its number in the register and the number of its callback."""


def seed_of(procedure: str, coverage: str, period: str, cases: Iterable[str]) -> str:
    """What the draw starts from; whoever has the list of cases can compute it."""
    return sha256("\n".join((procedure, coverage, period, *sorted(cases))).encode()).hexdigest()


def draw(seed: str, cases: Iterable[str], size: int, name: Callable[[str], str] = str) -> list[str]:
    """So many of the cases, by chance and yet the same for everybody who has the names by which they are drawn."""
    return sorted(cases, key=lambda case: (sha256(f"{seed}\n{name(case)}".encode()).hexdigest(), case))[:size]


async def who_was_handled(read: Read, job: ScheduledJob) -> Population:
    """The completed orders of the period before, and what no draw has decided about."""
    pack = pack_of(job)
    rule = pack.jobs[job.name]
    coverage = pack.callback.said.coverage[rule.about or ""]
    before = period_before(job)
    share = await number_at(read, pack, coverage.share, job.starts_at)
    of_the_period = sa.and_(
        handled(CASES), CASES.c.handled_at >= before.start, CASES.c.handled_at < before.end, ~exempted(CASES)
    )
    left_over = sa.and_(CALLBACKS.c.awaits.is_not(None), CALLBACKS.c.awaits <= before.name)
    found = (
        sa.select(CASES.c.id, CASES.c.number, CALLBACKS.c.number.label("callback"))
        .join_from(
            CASES, CALLBACKS, sa.and_(CALLBACKS.c.case_id == CASES.c.id, CALLBACKS.c.round == CASES.c.handled_round)
        )
        .where(CASES.c.procedure == job.procedure, CASES.c.coverage == rule.about, sa.or_(of_the_period, left_over))
    )
    if job.place is not None:
        found = found.where(CASES.c.place == job.place)
    cases = {row["id"]: (row["number"], int(row["callback"])) for row in await read.all(found)}
    return Population(before.name, share, cases)


@hears.job(DRAWS, reads=who_was_handled)
def draw_the_sample(job: ScheduledJob, work: Work, found: Population) -> None:
    """The share of last period's cases that must be asked about is drawn once; the others need not wait."""
    rule = rule_of(work, job)
    numbers = {case: number for case, (number, _callback) in sorted(found.cases.items(), key=lambda one: one[1])}
    seed = seed_of(job.procedure, rule.about or "", found.of_period, numbers.values())
    size = asked_of(len(numbers), found.share)
    drawn = draw(seed, numbers, size, numbers.__getitem__)
    chosen = frozenset(drawn)
    for case, (_number, callback) in sorted(found.cases.items()):
        work.tell(case, "drawn" if case in chosen else "left_out", callback=callback, job=job.id)
    job.found = {
        "coverage": rule.about,
        "of_period": found.of_period,
        "seed": seed,
        "share": found.share,
        "population": list(numbers),
        "numbers": list(numbers.values()),
        "drawn": drawn,
        "open": [f"{case}.{found.cases[case][1]}" for case in drawn],
        "summary": {
            "zh": f"{found.of_period} 完成 {len(found.cases)} 件，抽取 {size} 件回访（种子 {seed[:12]}）",
            "en": f"{len(found.cases)} completed in {found.of_period}, {size} drawn for a callback (seed {seed[:12]})",
        },
        "items": [
            {
                "title": {"zh": "回访", "en": "Call back"},
                "value": numbers[case],
                "url": f"/callback/callbacks/{case}.{found.cases[case][1]}",
            }
            for case in drawn
        ],
    }
    if not drawn:
        judge_job(work, job, not_applicable(open_clauses(work, rule.clauses), of="job"))
        job.finish("", work.now, None)


@hears.told("drawn")
def ask_this_one(timer: Timer, work: Work) -> None:
    """The customer of this case was drawn."""
    callback = work.maybe(Callback, number=timer.data["callback"])
    if callback is not None:
        draw_in(work, callback, work.one(Case), timer.data["job"])


@hears.told("left_out")
def leave_this_one_out(timer: Timer, work: Work) -> None:
    """The customer of this case was not drawn."""
    callback = work.maybe(Callback, number=timer.data["callback"])
    if callback is not None and callback.state == CallbackState.PLANNED:
        leave_out(work, callback, work.one(Case))


def one_less(job: ScheduledJob, work: Work, callback: str) -> None:
    """When the last customer of a sample was asked, the job of the week is done."""
    still_open = [one for one in job.found.get("open", []) if one != callback]
    job.found = {**job.found, "open": still_open}
    if not still_open and job.done_at is None:
        finish_by_itself(work, job)
