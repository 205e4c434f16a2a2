"""What was written for a job lies before those who sign it; when everybody has, it stands on record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.conditions import Condition
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.schedules.doing import judge_job, put_back_on_the_desk, stand_on_record
from closeloop.chassis.schedules.hooks import JobHook
from closeloop.chassis.schedules.job import OF, ScheduledJob
from closeloop.chassis.signing import Matter, Signing, SigningHook, ask_to_sign, end_signing, is_given
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.signing import SignOff

WRITE = "finish"
"""The step of a job: whoever does it writes it down, and a no goes back to them."""


def signing_of(hooks: Mapping[str, JobHook]) -> SigningHook:
    """How the jobs of a service are signed."""

    def go_on(work: Work, matter: Matter, one: Signing, judging: list[Judgement]) -> None:
        """A no goes back to the desk with its reason; when the last one signed, the job is done."""
        job = work.one(ScheduledJob)
        if one.decision is False:
            job.send_back()
            put_back_on_the_desk(work, job)
        lies = what_lies_before(work)
        judge_job(work, job, [*judging, *ask_to_sign(work, lies, authors=())])
        if one.decision is not False:
            _when_all_have_signed(work, job, lies, hooks)

    return SigningHook(lays_before, go_on, write_part, judge_of_period)


def ask_for_signatures(work: Work, job: ScheduledJob, hooks: Mapping[str, JobHook]) -> None:
    """It was written: whoever comes first is asked; where nobody has to sign this one, it stands at once."""
    matter = what_lies_before(work)
    judge_job(work, job, ask_to_sign(work, matter))
    _when_all_have_signed(work, job, matter, hooks)


def what_lies_before(work: Work) -> Matter:
    """What a signer reads: the form as it was written."""
    job = work.one(ScheduledJob)
    return matter_of(job, work.pack(job.procedure, job.version), work.service)


def lays_before(work: Work, of: str) -> Matter:
    """The same, by what it is called."""
    return what_lies_before(work)


def matter_of(job: ScheduledJob, pack: Pack, service: str) -> Matter:
    """The form of a job as it lies before those who sign it."""
    rule = pack.jobs[job.name]
    written = job.written_at is not None
    form = pack.forms[rule.form or ""]
    return Matter(
        pack=pack,
        of=OF,
        rules=tuple(_rule(name, one) for name, one in rule.signatures.items()),
        title=job.title,
        url=f"/{service}/jobs/{job.id}",
        desk=job.desk,
        content=job.standing,
        facts=job.standing,
        past=frozenset({"opened", "finished"}) if written else frozenset({"opened"}),
        ends_with="record",
        took={WRITE: job.writer["by"]} if written else {},
        form=rule.form,
        about={"job": job.id, "form": rule.form, "form_version": form.version, "procedure": job.procedure},
        place=job.place,
        audience=job.audience,
    )


def is_signed(work: Work, matter: Matter) -> bool:
    """Whether everybody signed whose name has to stand under it."""
    asked = [rule for rule in matter.rules if rule.entry.required and rule.applies(matter.facts) is not False]
    return all(is_given(work, matter, rule) for rule in asked)


def write_part(work: Work, of: str, fields: Mapping[str, Any]) -> None:
    """A signer fills in the part for which they answer."""
    job = work.one(ScheduledJob)
    job.found = {**job.found, "fields": {**job.standing, **fields}}


def judge_of_period(work: Work, judging: list[Judgement]) -> None:
    """What becomes of a signature counts in the period of the job, and at its place."""
    judge_job(work, work.one(ScheduledJob), judging)


def _when_all_have_signed(work: Work, job: ScheduledJob, matter: Matter, hooks: Mapping[str, JobHook]) -> None:
    if is_signed(work, matter):
        judge_job(work, job, end_signing(work, matter))
        stand_on_record(work, job, hooks)


def _rule(name: str, entry: SignOff) -> Rule[SignOff]:
    """A no always goes back: nothing stands on record that was refused."""
    written = entry if not entry.decides else entry.model_copy(update={"back_to": WRITE})
    return Rule(name, written, Condition(entry.when.written))
