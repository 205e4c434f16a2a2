"""Periodic jobs of a service: as JSON, as a list, and as the page on which one is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from closeloop.chassis.acting import do, here
from closeloop.chassis.answering import answered
from closeloop.chassis.attachments.belonging import belonging_of
from closeloop.chassis.attachments.forms import must_be_here, with_attachments
from closeloop.chassis.i18n import _
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import MOST_AT_ONCE, Read, Reading
from closeloop.chassis.records.inputs import from_page
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.schedules import asking, showing
from closeloop.chassis.schedules.asking import Wanted
from closeloop.chassis.schedules.bearings import pack_of
from closeloop.chassis.schedules.doing import JobForm, left_to_signers
from closeloop.chassis.schedules.filling import filled, said_on_page
from closeloop.chassis.schedules.job import OF, JobState, ScheduledJob
from closeloop.chassis.signing.showing import names_under
from closeloop.contracts.procedure.form import Form

Word = Annotated[str | None, Query(max_length=60)]


def form_of(job: ScheduledJob) -> Form | None:
    """The form that is filled when the job is done."""
    pack = pack_of(job)
    name = pack.jobs[job.name].form
    return pack.forms[name] if name else None


async def visible(read: Read, person: Person, identity: str) -> ScheduledJob:
    """The job, if there is such a one for this person."""
    found = await asking.job_of(read, person, identity)
    if found is None:
        raise NotFound()
    return found


def shown(job: ScheduledJob) -> dict[str, Any]:
    """The job on the wire, now."""
    return asking.as_json(job, pack_of(job), here.get().now())


def _filled(job: ScheduledJob, form: Form, entered: Mapping[str, Any], body: Any = None) -> dict[str, Any]:
    left_open = left_to_signers(pack_of(job).jobs[job.name])
    return filled(form, entered, standing=job.standing, frozen=job.frozen, left_open=left_open, body=body)


def router(service: str) -> APIRouter:
    """`/api/<service>/jobs` and `/<service>/jobs`."""
    router = APIRouter()

    @router.get(f"/api/{service}/jobs", name="jobs_as_json")
    async def jobs_as_json(
        read: Reading,
        person: CurrentPerson,
        period: Word = None,
        procedure: Word = None,
        state: JobState | None = None,
        name: Word = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int | None, Query(ge=1, le=MOST_AT_ONCE)] = None,
    ) -> dict[str, Any]:
        """Periodic jobs, the latest first."""
        wanted = Wanted(period, procedure, state, name)
        found = await asking.list_of(read, person, wanted, here.get().now(), cursor=cursor, limit=limit)
        return {"items": [shown(job) for job in found.items], "next": found.next}

    @router.get(f"/api/{service}/jobs/{{identity}}", name="job_as_json")
    async def job_as_json(identity: str, read: Reading, person: CurrentPerson) -> dict[str, Any]:
        """One job of one period."""
        return shown(await visible(read, person, identity))

    @router.post(f"/api/{service}/jobs/{{identity}}/done", name="job_done_as_json")
    async def job_done_as_json(
        identity: str, said: JobForm, request: Request, read: Reading, person: CurrentPerson
    ) -> Response:
        """A person of the desk has done the job."""
        job, running = await visible(read, person, identity), here.get()
        if form := form_of(job):
            said = said.model_copy(update={"fields": _filled(job, form, said.fields)})
            await must_be_here(read, form, said.fields, job.id)
        pack, now = pack_of(job), running.now()
        do_job, before = running.schedules.do_job, await running.schedules.before(read, job)
        return await answered(
            request, do_job, said, before, by=person, key=job.id, shows=lambda done: asking.as_json(done, pack, now)
        )

    @router.get(f"/{service}/jobs", name="jobs", include_in_schema=False)
    async def jobs(
        read: Reading,
        person: CurrentPerson,
        page: CurrentPage,
        period: Word = None,
        state: str = "",
        cursor: Annotated[str | None, Query(max_length=500)] = None,
    ) -> Response:
        """What is done again and again, period by period."""
        running = here.get()
        wanted = Wanted(period or None, None, JobState(state) if state in list(JobState) else None)
        found = await asking.list_of(read, person, wanted, running.now(), cursor=cursor)
        return page.show(
            "chassis/jobs",
            jobs=[showing.row(job, pack_of(job), running) for job in found.items],
            wanted={"period": period or "", "state": state},
            states=showing.STATES,
            next=page.here(cursor=found.next) if found.next else "",
            first=page.here(cursor=None) if cursor else "",
        )

    @router.get(f"/{service}/jobs/{{identity}}", name="job", include_in_schema=False)
    async def job(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
        """A job: what it is about, what was found, and the form that is filled when it is done."""
        found = await visible(read, person, identity)
        inputs = await here.get().schedules.inputs_of(read, found)
        names = await names_under(read, person, key=found.id, of=OF)
        sheet = showing.sheet(found, pack_of(found), person, here.get(), inputs)
        return page.show("chassis/job", **sheet, names=names)

    @router.post(f"/{service}/jobs/{{identity}}/done", name="do_job", include_in_schema=False)
    async def do_job(
        identity: str, request: Request, read: Reading, person: CurrentPerson, page: CurrentPage
    ) -> Response:
        """The button: the job is done."""
        found = await visible(read, person, identity)
        entered = await request.form()
        form = form_of(found)
        if form:
            entered = await with_attachments(entered, form, belonging_of(found), OF, person)
        written = from_page(form, entered) if form else {}
        fields = _filled(found, form, written, body=entered) if form else {}
        said, schedules = said_on_page(fields, entered), here.get().schedules
        done = await do(schedules.do_job, said, await schedules.before(read, found), by=person, key=found.id)
        waits = done.done_at is None
        told = _("It is written, and lies before those who sign it.") if waits else _("It is on record as done.")
        return page.go_to("job", identity=found.id, said=told)

    return router
