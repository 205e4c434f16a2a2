"""Callbacks of a pack: what is to be drawn, checked or answered together has a job or a mark by which it happens."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Callback, Schedule
from closeloop.contracts.vocabulary import CallbackOutcome

DRAWS, CHECKS_CALLERS = "sample_callbacks", "check_callers"


def check_callbacks(source: Source) -> Iterator[Fault]:
    """Samples that nobody draws, supervision without a turn, a public letter that leads nowhere."""
    callback, jobs = source.part("callback", Callback), source.part("schedule", Schedule).jobs.values()
    for name, coverage in callback.coverage.items():
        if coverage.select == "sample" and not any(job.does == DRAWS and job.about == name for job in jobs):
            sentence = f"Nobody draws the sample {name}: add a job to schedule.yaml that does {DRAWS} about {name}."
            yield source.fault("callback", ("coverage", name, "select"), sentence)
    if callback.supervision is not None and not any(job.does == CHECKS_CALLERS for job in jobs):
        sentence = f"Nobody is told when to check the callers: add a job to schedule.yaml that does {CHECKS_CALLERS}."
        yield source.fault("callback", ("supervision",), sentence)
    problem = callback.same_problem
    marks = {} if callback.loop is None else callback.loop.marks
    if problem is not None and problem.letter is not None and CallbackOutcome.ANSWERED not in marks:
        sentence = "A public letter answers the customers: say in loop.marks which mark answered sets."
        yield source.fault("callback", ("same_problem", "letter"), sentence)
