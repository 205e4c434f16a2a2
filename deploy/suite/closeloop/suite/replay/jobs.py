"""Periodic jobs: whoever has them on their desk does them, now and then late, now and then not at all."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.contracts.procedure.fact import FormField
from closeloop.suite.replay import manners, words
from closeloop.suite.replay.letters import answer_together
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Site, part

Job = dict[str, Any]
LOOKED_AT = (10, 16)
"""Hours at which the lists of jobs are looked through; besides, when one that is known is due."""
NOT_WRITTEN = ("signature", "attachment")


class Jobs:
    """Whoever does what is done again and again."""

    def __init__(self, site: Site, roster: Roster, calendar: WorkingCalendar) -> None:
        self.site, self.roster, self.chance, self.pack = site, roster, roster.chance, roster.pack
        self.zone = calendar.zone
        self.services = sorted({job.service for job in self.pack.jobs.values()})
        self._next: datetime | None = None
        self._is_known = False

    async def look(self, at: datetime) -> None:
        """Does every job that is due by now."""
        is_due = self._next is not None and self._next <= at
        if self._is_known and not is_due and at.astimezone(self.zone).hour not in LOOKED_AT:
            return
        self._is_known, self._next = True, None
        reader = self.roster.at_desk(self.roster.mapping.reception)[0].id
        asked = {"state": "open", "procedure": self.pack.id}
        found = await asyncio.gather(
            *(self.site.every(reader, f"/api/{service}/jobs", **asked) for service in self.services)
        )
        await asyncio.gather(
            *(
                self._take_up(service, job, at)
                for service, jobs in zip(self.services, found, strict=True)
                for job in jobs
            )
        )

    async def _take_up(self, service: str, job: Job, at: datetime) -> None:
        if "drawn" in job["found"] or self.chance.happens(manners.JOB_LEFT_OUT, job["id"], "left out"):
            return  # a sample is done when its last customer was asked
        role = self.roster.role_of(job["desk"])
        wait = manners.delay(self.chance, manners.JOB, job["id"])
        due = self.roster.next_look(role, datetime.fromisoformat(job["opened_at"]) + wait)
        if due <= at:
            await self._do(service, job, at)
        else:
            self._next = min(due, self._next or due)

    async def _do(self, service: str, job: Job, at: datetime) -> None:
        by = self.roster.one_at(job["desk"], job["id"])
        path = f"/api/{service}/jobs/{part(job['id'])}"
        if plan := job["found"].get("callbacks"):
            await answer_together(self.site, self.roster, by, plan, at)
        if callers := self._callers(job):
            await self.site.post(by, f"{path}/callers", {"callers": callers}, f"replay {job['id']} callers")
        for checker, findings in self._findings(job, by).items():
            key = f"replay {job['id']} findings {checker}"
            await self.site.post(checker, f"{path}/findings", {"findings": findings}, key)
        body = {"fields": self._fields(job, at), "note": words.JOB_NOTE}
        await self.site.post(by, f"{path}/done", body, f"replay {job['id']} done")

    def _callers(self, job: Job) -> dict[str, str]:
        """Who makes which callback of the week."""
        waiting = [one for one in job["found"].get("callbacks", []) if not one["caller"] and not one["over"]]
        role = self.roster.mapping.callers
        return {one["id"]: self.roster.one_at(role, one["case_number"]) for one in waiting}

    def _findings(self, job: Job, by: str) -> dict[str, dict[str, dict[str, str]]]:
        """What a check of callbacks shows, by whoever checks: nobody checks what they did themselves."""
        found: dict[str, dict[str, dict[str, str]]] = {}
        desk = [person.id for person in self.roster.at_desk(job["desk"])]
        for one in job["found"].get("checks", []):
            checker = next((login for login in (by, *desk) if login != one["caller"]), by)
            wrong = self.chance.happens(manners.WRITTEN_WRONGLY, one["case_number"], "check")
            finding = {"finding": "incorrect" if wrong else "correct"}
            found.setdefault(checker, {})[one["attempt"]] = finding
        return found

    def _fields(self, job: Job, at: datetime) -> dict[str, Any]:
        """What whoever does the job writes into its form; what the service found stands there already."""
        if not job["form"]:
            return {}
        known = job["found"].get("fields", {})
        return {
            name: _written(about, at)
            for name, about in self.pack.forms[job["form"]].fields.items()
            if about.required and name not in known and about.type not in NOT_WRITTEN
        }


def _written(about: FormField, at: datetime) -> Any:
    match about.type:
        case "truth":
            return True
        case "choice":
            return next(iter(about.choices))
        case "choices":
            return [next(iter(about.choices))]
        case "moment":
            return at.isoformat()
        case "day":
            return at.date().isoformat()
        case "number" | "money":
            return 1
        case _:
            return words.JOB_NOTE
