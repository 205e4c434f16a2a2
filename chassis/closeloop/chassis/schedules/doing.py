"""Doing a job: who may, what is written down and signed, and which clauses are kept by it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, breached, kept
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.periods import read_period
from closeloop.chassis.records.keeping import must_be_filled
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.schedules.hooks import JobHook
from closeloop.chassis.schedules.inputs import NOTHING, Before, as_kept, must_be_there, on_the_form
from closeloop.chassis.schedules.job import OF, ScheduledJob
from closeloop.chassis.schedules.recording import keep_the_record
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.every import JobDone, OccasionsJudged
from closeloop.contracts.personal import Audience
from closeloop.contracts.procedure.schedule import Job
from closeloop.contracts.vocabulary import Check, SignatureMeans

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.people import People, Person
    from closeloop.chassis.records import KeptRecord

TASK = "job"


class JobSignature(BaseModel):
    """How whoever does the job puts their name to it."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    means: SignatureMeans
    """How they sign."""
    signer: str | None = Field(None, max_length=100)
    """Their name; that of the person who is signed in if nothing is said."""


class JobForm(BaseModel):
    """What a person says who has done a job."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    fields: dict[str, Any] = Field(default_factory=dict)
    """Field of the form to what is written into it."""
    note: str | None = Field(None, max_length=10_000)
    """What else there is to say."""
    missing: dict[str, str] = Field(default_factory=dict)
    """Input that is not there to why it is missing."""
    signature: JobSignature | None = None
    """How they sign; by their login if nothing is said."""


def do_job(
    work: Work, form: JobForm, hooks: Mapping[str, JobHook], people: People, before: Before = NOTHING
) -> ScheduledJob:
    """A person of the desk has done the job: what they wrote is on record, signed by them."""
    job, inputs = work.one(ScheduledJob), before.inputs
    person, pack, rule = work.by, work.pack(job.procedure, job.version), rule_of(work, job)
    assert person is not None
    must_be_able_to_do(job, pack, person, people)
    if job.done_at is not None:
        raise Refused(_("This was done already, on {at}.", at=job.done_at))
    if job.written_at is not None:
        raise Refused(_("This was written on {at} and waits for those who sign it.", at=job.written_at))
    work.acts_on(job.desk)
    must_be_there(inputs, rule.inputs, form.missing, next(iter(rule.clauses), None))
    if inputs:
        job.found = {**job.found, "inputs": as_kept(inputs, form.missing)}
    if before.seen is not None:
        job.found = {**job.found, "seen": before.seen}
    if rule.form is None:
        if form.fields:
            raise Refused(_("This job has no form; write what there is to say as a note."))
        _is_done(work, job, hooks, form.note)
        return job
    frozen = {name: value for name, value in job.standing.items() if name in job.frozen}
    fields = {**job.standing, **form.fields, **frozen}
    fields |= on_the_form(pack.forms[rule.form], inputs, form.missing)
    signer = (form.signature and form.signature.signer) or person.name
    means = form.signature.means if form.signature else SignatureMeans.TYPED
    job.note = form.note or job.note
    job.write(fields, work.now, by=person.id, signer=signer, role=role_of(person, job.desk, pack), means=means.value)
    if not rule.signatures:
        stand_on_record(work, job, hooks)
    else:
        must_be_filled(pack.forms[rule.form], fields, left_to_signers(rule))
        _is_written(work, job, rule.clauses)
    return job


def stand_on_record(work: Work, job: ScheduledJob, hooks: Mapping[str, JobHook]) -> None:
    """What was written stands on record from now on, under the names of whoever wrote and signed it."""
    record = keep_the_record(work, work.pack(job.procedure, job.version), rule_of(work, job).form or "", job)
    job.record = record.id
    _is_done(work, job, hooks, None, record)


def finish_by_itself(work: Work, job: ScheduledJob, note: str | None = None) -> None:
    """The service did the job; what a person has to sign stays on the desk."""
    rule, pack = rule_of(work, job), work.pack(job.procedure, job.version)
    signed = [clause for clause in rule.clauses if pack.clauses[clause].check is Check.RECORDED_AND_SIGNED]
    if signed or rule.form is not None:
        judge_job(work, job, kept(open_clauses(work, [c for c in rule.clauses if c not in signed]), of=OF))
        job.note = note or job.note
        return
    job.finish("", work.now, note)
    _off_the_desk(work, job, rule.clauses)


def must_be_able_to_do(job: ScheduledJob, pack: Pack, person: Person, people: Iterable[Person]) -> None:
    """Only the desk whose job it is, at the place; a desk without a person goes up, not away."""
    if not person.at(job.place) or not person.hears(job.audience):
        raise NotFound()
    if person.id == job.whom:
        raise Forbidden(_("This is about you: somebody else of the desk does it."))
    if job.desk not in desks_of(person, people, [pack]):
        raise Forbidden(_("This job is on the desk of {desk}.", desk=pack.title_of(job.desk).model_dump()))


def role_of(person: Person, desk: str, pack: Pack) -> str:
    """As what a person signs: the role of the desk, else the role of theirs that the procedure knows."""
    if desk in person.roles:
        return desk
    known = sorted(role for role in person.roles if role in pack.head.roles)
    of_the_desk = [role for role in known if pack.head.roles[role].department == desk]
    return next(iter(of_the_desk or known), desk)


def rule_of(work: Work, job: ScheduledJob) -> Job:
    """What the procedure says about the job, in the version that decides about it."""
    return work.pack(job.procedure, job.version).jobs[job.name]


def judge_job(work: Work, job: ScheduledJob, judging: Iterable[Judgement], done: JobDone | None = None) -> None:
    """How occasions of the job stand, in its period and at its place; and that it was done, with its record."""
    judged = list(judging)
    if judged or done:
        told = OccasionsJudged(
            period=job.period,
            place=job.place,
            procedure=job.procedure,
            procedure_version=job.version,
            audience=Audience(job.audience or Audience.INTERNAL),
            job=done,
        )
        work.publish(told, judging=judged)


def open_clauses(work: Work, clauses: Iterable[str]) -> list[str]:
    """Those clauses whose occasion on this job has not ended yet."""
    still_open = {occasion.clause for occasion in work.all(Occasion, of=OF, ended_at=None)}
    return [clause for clause in clauses if clause in still_open]


def put_on_the_desk(work: Work, job: ScheduledJob, url: str) -> None:
    """Somebody is to do the job by the time it is due; whom it is about stands there by their login."""
    period = read_period(job.period, work.calendar(job.place).zone).title
    zh, en = f"{job.title['zh']}（{period['zh']}）", f"{job.title['en']} ({period['en']})"
    work.task(
        desk=job.desk,
        kind=TASK,
        title=(f"{zh}：{job.whom}", f"{en}: {job.whom}") if job.whom else (zh, en),
        url=url,
        place=job.place,
        audience=job.audience,
        due_at=job.due_at,
    )


def put_back_on_the_desk(work: Work, job: ScheduledJob) -> None:
    """It was refused: whoever does the job writes it once more."""
    put_on_the_desk(work, job, f"/{work.service}/jobs/{job.id}")


def take_off_the_desk(work: Work, job: ScheduledJob) -> None:
    """Nobody has to do it any more."""
    job.finish("", work.now, job.note)
    work.done(TASK)
    work.cancel("job_due")


def _is_written(work: Work, job: ScheduledJob, clauses: Iterable[str]) -> None:
    """Others sign it now; whether it was written in time is settled."""
    end = kept if job.in_time else breached
    judge_job(work, job, end(open_clauses(work, clauses), of=OF))
    work.done(TASK)
    work.cancel("job_due")


def _is_done(
    work: Work, job: ScheduledJob, hooks: Mapping[str, JobHook], note: str | None, record: KeptRecord | None = None
) -> None:
    rule = rule_of(work, job)
    job.finish(job.writer.get("by") or (work.by.id if work.by else ""), work.now, note)
    hook = hooks.get(rule.does)
    if hook and hook.done:
        hook.done(job, work)
    _off_the_desk(work, job, rule.clauses, record)


def left_to_signers(rule: Job) -> set[str]:
    """The fields of the form that whoever does the job leaves to those who sign it."""
    return {name for one in rule.signatures.values() for name in one.fields}


def _off_the_desk(work: Work, job: ScheduledJob, clauses: Iterable[str], record: KeptRecord | None = None) -> None:
    end = kept if job.in_time else breached
    done = JobDone(job=job.name, record=job.record, record_hash=record.hash if record else None)
    judge_job(work, job, end(open_clauses(work, clauses), of=OF), done)
    work.done(TASK)
    work.cancel("job_due")
