"""What whoever supervises the callers does: for each chosen callback they write down what the check showed."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from closeloop.callback.model import is_on_the_desk
from closeloop.callback.supervision.showing import show
from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.schedules.doing import rule_of
from closeloop.chassis.work import Work

Finding = Literal["correct", "incorrect"]


class FindingForm(BaseModel):
    """What the check of one callback showed."""

    model_config = ConfigDict(extra="forbid")

    finding: Finding
    remark: str | None = Field(default=None, max_length=2_000)


class FindingsForm(BaseModel):
    """What the checks showed: attempt to finding."""

    model_config = ConfigDict(extra="forbid")

    findings: dict[str, FindingForm] = Field(min_length=1)


@acts
def write_findings(work: Work, form: FindingsForm) -> ScheduledJob:
    """Somebody other than the caller looked at these callbacks."""
    job = work.one(ScheduledJob)
    pack, person = work.pack(job.procedure, job.version), work.by
    assert person is not None
    clause = next(iter(rule_of(work, job).clauses), None)
    if not person.at(job.place):
        raise NotFound()
    if not is_on_the_desk(person, job.desk, pack):
        desk = pack.title_of(job.desk).model_dump()
        raise Forbidden(_("This job is on the desk of {desk}.", desk=desk), clause)
    if job.done_at is not None:
        raise Refused(_("This was done already, on {at}.", at=job.done_at))
    checks: list[dict[str, Any]] = [dict(one) for one in job.found.get("checks", [])]
    strange = sorted(form.findings.keys() - {one["attempt"] for one in checks})
    if strange:
        raise Refused(_("{callback} is not among the callbacks to be checked.", callback=strange[0]))
    for one in checks:
        said = form.findings.get(one["attempt"])
        if said is None:
            continue
        if one["caller"] == person.id:
            raise Refused(
                _("You made the callback of {number} yourself; somebody else checks it.", number=one["case_number"]),
                clause,
            )
        one |= {
            "finding": said.finding,
            "remark": said.remark or None,
            "checker": person.id,
            "checker_name": person.name,
        }
    show(job, checks)
    return job
