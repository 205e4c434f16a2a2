"""Callbacks of a pack: what is to be drawn, checked or answered together has a job or a mark by which it happens."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.conditions import Condition
from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_names import known
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Callback, Form, Intake, Schedule
from closeloop.contracts.procedure.callback import Coverage
from closeloop.contracts.vocabulary import CallbackOutcome

DRAWS, CHECKS_CALLERS = "sample_callbacks", "check_callers"


def check_callbacks(source: Source) -> Iterator[Fault]:
    """Samples that nobody draws, supervision without a turn, a public letter that leads nowhere."""
    callback, jobs = source.part("callback", Callback), source.part("schedule", Schedule).jobs.values()
    for name, coverage in callback.coverage.items():
        yield from _record_of(source, name, coverage)
        yield from _until(source, name, coverage)
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


def _until(source: Source, name: str, coverage: Coverage) -> Iterator[Fault]:
    """The moment by which a customer is asked is a column of a register that holds a moment or a day."""
    if coverage.until is None:
        return
    registers = source.part("intake", Intake).registers.values()
    moments = [
        fact
        for register in registers
        for fact, field in register.fields.items()
        if field.type in ("moment", "day") and not field.personal
    ]
    at = ("coverage", name, "until", "fact")
    yield from known(source, "callback", at, "moment of a register", coverage.until.fact, moments)


def _record_of(source: Source, name: str, coverage: Coverage) -> Iterator[Fault]:
    """What whoever asks fills in stands on the form; a callback before handling verifies, one after it does not."""
    record, at = coverage.record, ("coverage", name)
    if record is None:
        return
    form = source.folded("forms").get(record.form)
    if isinstance(form, Form):
        yield from known(source, "callback", (*at, "record", "fields"), "field", record.fields, list(form.fields))
        for outcome, when in record.outcomes.items():
            where = (*at, "record", "outcomes", str(outcome))
            asked = sorted(Condition(when.written).facts_needed)
            yield from known(source, "callback", where, "field", tuple(asked), list(form.fields))
    verified = {CallbackOutcome.CONFIRMED, CallbackOutcome.REFUTED} & record.outcomes.keys()
    if verified and coverage.starts != "assessed" and coverage.of == "cases":
        sentence = f"Nobody verifies after handling: let {name} start when the case is assessed."
        yield source.fault("callback", (*at, "record", "outcomes"), sentence)
