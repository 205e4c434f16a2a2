"""The check of the callers on a page: each chosen callback with what was written down, and the finding."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.callback.asking.words import named
from closeloop.callback.model import is_on_the_desk
from closeloop.callback.planning import queries
from closeloop.callback.planning.callers import name_of
from closeloop.callback.planning.pages import period_title, state_of
from closeloop.callback.supervision import actions
from closeloop.callback.supervision.actions import FindingForm, FindingsForm
from closeloop.callback.supervision.handlers import CHECKS_CALLERS
from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson
from closeloop.chassis.reading import Reading
from closeloop.chassis.refusals import Refused
from closeloop.chassis.schedules.bearings import pack_of
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome

router = APIRouter(include_in_schema=False)
FINDINGS: dict[str, Any] = {"correct": _("As written"), "incorrect": _("Not as written")}


@router.get("/callback/checks", name="checks")
async def checks(read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """The checks of the callers, the newest first."""
    running = here.get()
    found = await queries.jobs_that(read, person, running.procedures.current(running.now()), CHECKS_CALLERS)
    return page.show("checks", checks=found, state_of=state_of, period_of=period_title)


@router.get("/callback/checks/{identity}", name="check")
async def check(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """One check: the callbacks that were chosen, and what was found."""
    job = await queries.job(read, person, identity)
    pack = pack_of(job)
    chosen = [one | {"at": datetime.fromisoformat(one["attempted_at"])} for one in job.found.get("checks", [])]
    return page.show(
        "check",
        job=job,
        checks=chosen,
        period=period_title(job),
        state=state_of(job),
        may_check=job.done_at is None and is_on_the_desk(person, job.desk, pack),
        findings=list(FINDINGS.items()),
        finding_of=FINDINGS.get,
        name_of=name_of,
        form_of=lambda one: named(CallbackForm(one["form"])),
        outcome_of=lambda one: named(CallbackOutcome(one["outcome"])),
        missing=sum(not one["finding"] for one in chosen),
        theirs=sum(not one["finding"] and one["caller"] != person.id for one in chosen),
    )


@router.post("/callback/checks/{identity}", name="write_findings")
async def write_findings(identity: str, request: Request, person: CurrentPerson, page: CurrentPage) -> Response:
    """What the check showed is written down."""
    sent = await request.form()
    found = {
        name: FindingForm(finding=str(value), remark=str(sent.get(f"remark {name}") or "")[:2_000] or None)
        for name, value in sent.items()
        if value in FINDINGS and not name.startswith("remark ")
    }
    if not found:
        raise Refused(_("Choose a finding for at least one callback."))
    await do(actions.write_findings, FindingsForm(findings=found), by=person, key=identity)
    return page.go_to("check", identity=identity, said=_("The findings are on record."))
