"""Departments, the repair team, the management representative: they take duties on, carry them out, hand them back."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.suite.replay import manners, words
from closeloop.suite.replay.desk import Desk
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Answer, Site, part

Duty = dict[str, Any]
STATES = {
    "accept": "accepted",
    "assign": "assigned",
    "arrive": "arrived",
    "finish": "finished",
    "sign": "signed",
    "return": "returned",
}
RANK = {state: rank for rank, state in enumerate(("issued", *STATES.values()))}


class Duties:
    """Whoever has duties to carry out."""

    def __init__(self, site: Site, roster: Roster, reception: Desk) -> None:
        self.site, self.roster, self.chance, self.pack = site, roster, roster.chance, roster.pack
        self.reception, self.news = reception, reception.news
        self.is_resumed = True  # until the first look is over: what it finds may be half done
        self._due: dict[tuple[str, str], datetime] = {}

    async def look(self, at: datetime) -> None:
        """Everybody takes the steps that are due at their desk."""
        desks = [desk for desk in self.news.desks if self.news.may_lie_on(desk, at) and self._somebody_looks(desk, at)]
        found = await asyncio.gather(*(self._on(desk) for desk in desks))
        await asyncio.gather(*(self._carry_on(duty, at) for duties in found for duty in duties))
        self.is_resumed = False

    async def _on(self, desk: str) -> list[Duty]:
        self.news.seen(desk)
        reader = self.roster.at_desk(desk)[0].id
        found = await self.site.every(reader, "/api/dispatch/duties", desk=desk, status="open")
        return [duty for duty in found if not self.pack.dispatch.duty(duty["rule"]).entry.of]

    def _somebody_looks(self, desk: str, at: datetime) -> bool:
        return any(self.roster.looks(role, at) for role in roles_at(self.pack, self.roster, desk))

    async def _carry_on(self, duty: Duty, at: datetime) -> None:
        if duty["came_back"] and duty["desk"] == self.pack.head.desk:
            return  # on the wrong desk: reception sends it elsewhere
        while step := self._next(duty):
            if (due := self._due_at(duty, step)) > at:
                self.news.due(duty["desk"], due)
                return
            answer = await self._take(duty, step)
            if not answer.done or len(answer.said["came_back"]) > len(duty["came_back"]):
                return
            duty = answer.said

    def _next(self, duty: Duty) -> str | None:
        if duty["status"] not in RANK:
            return None
        steps = self.pack.dispatch.duty(duty["rule"]).entry.steps
        return next((step for step in steps if RANK[STATES[step]] > RANK[duty["status"]]), None)

    def _due_at(self, duty: Duty, step: str) -> datetime:
        known = (duty["id"], duty["status"])
        if known not in self._due:
            since = datetime.fromisoformat(duty[f"{duty['status']}_at"])
            kind = "work_order" if duty["kind"] == "work_order" else "sheet"
            pace = manners.PACE.get((kind, step))
            wait = manners.delay(self.chance, pace, *_what(duty), step) if pace else manners.AT_ONCE
            self._due[known] = self.roster.next_look(self._role(duty, step), since + wait)
        return self._due[known]

    def _role(self, duty: Duty, step: str) -> str:
        entry = self.pack.dispatch.duty(duty["rule"]).entry
        if named := entry.steps[step].by:
            return named
        given = entry.steps.get("assign")
        return (given.to_role if given and duty["worker"] else None) or self.roster.role_of(duty["desk"])

    def _person(self, duty: Duty, step: str) -> str:
        entry = self.pack.dispatch.duty(duty["rule"]).entry
        named = entry.steps[step].by
        if named is None and duty["worker"]:
            return str(duty["worker"])
        return self.roster.one_at(named or duty["desk"], duty["case_number"])

    async def _take(self, duty: Duty, step: str) -> Answer:
        by = self._person(duty, step)
        if step == "accept" and duty["kind"] == "handling" and self._is_on_the_wrong_desk(duty):
            self.news.reception = True
            return await self._post(duty, "reject", by, {"reason": words.MISROUTED})
        if step == "sign" and self.chance.happens(manners.SIGNATURE_FORGOTTEN, *_what(duty), "forgets"):
            await self._forget_the_signature(duty, by)
        if step == "finish":
            await self._be_followed(duty)
        body = getattr(self, f"_{step}", self._plainly)(duty)
        return await self._post(duty, step, by, {**body, "guidance": self._guidance(duty, step)})

    async def _post(self, duty: Duty, step: str, by: str, body: dict[str, Any], what: str = "") -> Answer:
        path = f"/api/dispatch/cases/{part(duty['case'])}/duties/{duty['number']}/{step}"
        return await self.site.post(by, path, body, f"replay {duty['id']} {what or step}")

    async def _forget_the_signature(self, duty: Duty, by: str) -> None:
        """Handing back without a signature is refused; once, though the replay was interrupted right after."""
        if self.is_resumed:
            told = await self.site.get(by, f"/api/dispatch/explanations/{part(duty['case'])}")
            if any(one["what"].startswith("attempt.refused") for one in told["items"]):
                return
        await self._post(duty, "return", by, {}, "return unsigned")

    async def _be_followed(self, duty: Duty) -> None:
        """Whoever tracks the duty asks how far it is; now and then nobody does."""
        rule = self.pack.dispatch.duty(duty["rule"]).entry
        if rule.tracking and not self.chance.happens(manners.NOT_TRACKED, *_what(duty), "tracked"):
            by = self.roster.one_at(self.roster.mapping.reception, *_what(duty))
            await self._post(duty, "track", by, {"note": words.TRACKED})

    def _is_on_the_wrong_desk(self, duty: Duty) -> bool:
        """Whoever reads the sheet sees whether it is theirs."""
        right = self.reception.responsible.get(duty["content"], set())
        of_department = duty["desk"] in self.pack.head.departments
        return (
            of_department and bool(right) and duty["desk"] not in right and not duty["came_back"] and duty["round"] == 1
        )

    def _plainly(self, duty: Duty) -> dict[str, Any]:
        return {}

    def _assign(self, duty: Duty) -> dict[str, Any]:
        step = self.pack.dispatch.duty(duty["rule"]).entry.steps["assign"]
        trade = duty["trade"] or duty["fields"].get("trade")
        return {"to": self.roster.worker_for(step.to_role or duty["desk"], trade, *_what(duty))}

    def _finish(self, duty: Duty) -> dict[str, Any]:
        dice = self.chance.of(*_what(duty), "finish")
        unsolved = duty["round"] == 1 and dice.random() < manners.UNSOLVED
        wanted = self.pack.dispatch.duty(duty["rule"]).entry.steps["finish"].fields
        texts = {"measures": words.MEASURES, "result": words.RESULTS}
        fields = {name: dice.choice(texts.get(name, words.WORK)) for name in wanted}
        return {"outcome": "unsolved" if unsolved else "solved", "fields": fields}

    def _sign(self, duty: Duty) -> dict[str, Any]:
        dice = self.chance.of(*_what(duty), "sign")
        if dice.random() < manners.REFUSES_TO_SIGN:
            return {"means": "refused", "witness": words.WITNESS}
        signer = duty["fields"].get("customer_name") or words.CUSTOMER
        return {"means": "drawn", "drawing": words.DRAWN, "signer": signer, "opinion": dice.choice(words.OPINIONS)}

    def _return(self, duty: Duty) -> dict[str, Any]:
        return {"with_original": True}

    def _guidance(self, duty: Duty, step: str) -> list[str]:
        if self.chance.happens(manners.GUIDANCE_FORGOTTEN, *_what(duty), step, "guidance"):
            return []
        return [text.name for text in self.pack.guidance.texts if step in text.entry.at]


def roles_at(pack: Pack, roster: Roster, desk: str) -> set[str]:
    """Whoever takes steps of the duties that a desk gets."""
    roles = {roster.role_of(desk)}
    for rule in pack.dispatch.duties:
        if rule.entry.to.desk_for({}) == desk:
            roles |= {step.by for step in rule.entry.steps.values() if step.by}
            roles |= {step.to_role for step in rule.entry.steps.values() if step.to_role}
    return roles


def _what(duty: Duty) -> tuple[object, ...]:
    return duty["case_number"], duty["number"], len(duty["came_back"])
