"""Corrective actions: one decides whether they are needed, the others take the steps of their duties."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from closeloop.suite.replay import manners, words
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Site, part

Thing = dict[str, Any]
ACTIONS = "/api/dispatch/corrective-actions"
KNOWN = ("accept", "assign", "arrive", "finish", "sign", "return")
PROMISED = timedelta(days=5)


class Corrective:
    """Whoever has a corrective action on their desk."""

    def __init__(self, site: Site, roster: Roster) -> None:
        self.site, self.roster, self.chance, self.pack = site, roster, roster.chance, roster.pack
        openings = (opening.entry for _action, opening in self.pack.dispatch.openings)
        self.deciders = {opening.decided_by for opening in openings if opening.decided_by is not None}

    async def look(self, at: datetime) -> None:
        """Does what is due, whenever one of those looks who decide about actions."""
        if not any(self.roster.looks(role, at) for role in self.deciders):
            return
        reader = self.roster.at_desk(sorted(self.deciders)[0])[0].id
        asked, going_on = await asyncio.gather(
            *(self.site.every(reader, ACTIONS, state=state) for state in ("asked", "open"))
        )
        whole = await asyncio.gather(*(self.site.get(reader, f"{ACTIONS}/{part(one['id'])}") for one in going_on))
        await asyncio.gather(*(self._decide(one, at) for one in asked))
        await asyncio.gather(*(self._go_on(one, duty, at) for one in whole for duty in one["duties"]))

    async def _decide(self, action: Thing, at: datetime) -> None:
        if self._waits(action["opened_at"], at, *_what(action), "asked"):
            return
        needed = self.chance.happens(manners.REPORT_IS_NEEDED, *_what(action), "needed")
        said = {"needed": needed, "reason": words.REPORT_NEEDED if needed else words.REPORT_NOT_NEEDED}
        by = self.roster.one_at(action["decided_by"], *_what(action))
        await self.site.post(by, f"{ACTIONS}/{part(action['id'])}/decision", said, f"replay {action['id']} decides")

    async def _go_on(self, action: Thing, duty: Thing, at: datetime) -> None:
        rule = self.pack.dispatch.duty(duty["rule"]).entry
        step = next((name for name in rule.steps if name not in duty["steps"]), None)
        if step is None or duty["status"] in ("returned", "withdrawn"):
            return
        times = [duty["issued_at"], *(one["at"] for one in (*duty["steps"].values(), *duty["came_back"]))]
        if self._waits(max(times, key=datetime.fromisoformat), at, *_what(action), *_what_of(duty), step):
            return
        by = self.roster.one_at(rule.steps[step].by or duty["desk"], *_what(action))
        path = f"/api/dispatch/cases/{part(action['id'])}/duties/{duty['number']}"
        once = f"replay {duty['id']} {step} {len(duty['came_back'])}"
        in_vain = self.chance.happens(manners.CORRECTED_IN_VAIN, *_what(action), *_what_of(duty), "works")
        if rule.steps[step].sends_back_to is not None and in_vain:
            await self.site.post(by, f"{path}/steps/{step}/refuse", {"reason": words.NOT_EFFECTIVE}, once)
            return
        said: Thing = {"fields": self._filled(rule.form, rule.steps[step].fields, at)}
        if step == "finish":
            said["outcome"] = "solved"
        await self.site.post(by, f"{path}/{step if step in KNOWN else f'steps/{step}'}", said, once)

    def _filled(self, form: str, names: tuple[str, ...], at: datetime) -> Thing:
        fields = self.pack.forms[form].fields
        by_type = {"day": (at + PROMISED).date().isoformat(), "truth": True}
        return {name: by_type.get(fields[name].type, words.CORRECTED) for name in names}

    def _waits(self, since: str, at: datetime, *what: object) -> bool:
        return datetime.fromisoformat(since) + manners.delay(self.chance, manners.REPORT, *what) > at


def _what(action: Thing) -> tuple[object, ...]:
    return (action["case_number"] or action["number"], action["opened_by"])


def _what_of(duty: Thing) -> tuple[object, ...]:
    return duty["number"], len(duty["came_back"])
