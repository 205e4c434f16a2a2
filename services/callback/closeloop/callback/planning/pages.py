"""The plan of the week: which callbacks are to be made, what the customers want, and who makes them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from closeloop.callback.asking.words import named
from closeloop.callback.planning import queries, register
from closeloop.callback.planning.api import persons_of
from closeloop.callback.planning.callers import name_of, who_may_call
from closeloop.callback.planning.register import CHECKS, CallersForm
from closeloop.chassis.acting import do, here
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.periods import read_period
from closeloop.chassis.reading import Reading
from closeloop.chassis.schedules import ScheduledJob
from closeloop.chassis.schedules.bearings import pack_of
from closeloop.contracts.vocabulary import CallbackForm

router = APIRouter(include_in_schema=False)
EVERYONE = "everyone"


@router.get("/callback/plan", name="plans")
async def plans(read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """The plans of the last weeks, the newest first."""
    running = here.get()
    found = await queries.jobs_that(read, person, running.procedures.current(running.now()), CHECKS)
    return page.show("plans", plans=found, state_of=state_of, period_of=period_title)


@router.get("/callback/plan/{identity}", name="plan")
async def plan(identity: str, read: Reading, person: CurrentPerson, page: CurrentPage) -> Response:
    """One week: every callback with its customer's wish, and the person who makes it."""
    job = await queries.job(read, person, identity)
    pack = pack_of(job)
    callbacks = [one | {"due": datetime.fromisoformat(one["due_at"])} for one in job.found.get("callbacks", [])]
    return page.show(
        "plan",
        job=job,
        callbacks=callbacks,
        period=period_title(job),
        state=state_of(job),
        desk=pack.title_of(job.desk).model_dump(),
        arranges=job.done_at is None and person.may(job.desk),
        callers=_callers(callbacks, pack, person),
        everyone=EVERYONE,
        title_of=lambda one: pack.callback.said.coverage[one["coverage"]].title.model_dump(),
        form_of=lambda one: named(CallbackForm(one["form"])),
        name_of=name_of,
        missing=sum(not one["caller"] and not one["over"] for one in callbacks),
    )


@router.post("/callback/plan/{identity}", name="arrange_callers")
async def arrange(identity: str, request: Request, person: CurrentPerson, page: CurrentPage) -> Response:
    """The head names the callers; each callback then lies on that person's desk."""
    sent = await request.form()
    named_ = {name: str(login) for name, login in sent.items() if login and "." in name}
    form = CallersForm(callers=named_, everyone=str(sent.get(EVERYONE) or "") or None)
    await do(register.arrange_callers, form, persons_of(form), here.get().people, by=person, key=identity)
    return page.go_to("plan", identity=identity, said=_("The callers are arranged."))


def state_of(job: ScheduledJob) -> tuple[Any, str]:
    """How the plan stands, in words and tone."""
    if job.done_at is not None:
        return (_("Done"), "good") if job.in_time else (_("Done late"), "waiting")
    return (_("Overdue"), "bad") if job.due_at < here.get().now() else (_("To be done"), "info")


def period_title(job: ScheduledJob) -> Any:
    """The week in words."""
    return read_period(job.period, here.get().people.calendar(job.place).zone).title


def _callers(
    callbacks: list[dict[str, Any]], pack: Pack, person: Person
) -> dict[tuple[str, str | None], list[tuple[str, str]]]:
    desks = {(one["desk"], one["place"]) for one in callbacks}
    return {(desk, place): who_may_call(desk, place, pack, person) for desk, place in desks}
