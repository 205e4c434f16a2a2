"""The reception desk: takes cases down when they come, rates them, and sends elsewhere what came back."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.contracts.procedure.facet import Facet
from closeloop.suite.replay import manners, words
from closeloop.suite.replay.cases import Row
from closeloop.suite.replay.news import News
from closeloop.suite.replay.refusing import CannotReplay
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import GONE, Site, part


class Desk:
    """Whoever sits at reception."""

    def __init__(self, site: Site, roster: Roster, rows: Sequence[Row], news: News) -> None:
        self.news = news
        self.site, self.roster, self.role = site, roster, roster.mapping.reception
        self.chance, self.pack = roster.chance, roster.pack
        self.rows = {(row.at, row.content): row for row in rows}
        self.guidance = [text.name for text in self.pack.guidance.texts if "register" in text.entry.at]
        self.handovers = {rule.entry.channel for rule in self.pack.intake.handovers}
        self.responsible = self._who_is_responsible(rows)
        """What was said to the departments that are right for it."""

    async def register(self, row: Row) -> None:
        """A customer calls: the case gets its number, and is rated if the desk does not forget it."""
        body, number = row.brought(self.chance, self.pack.id), row.number
        by = self.roster.one_at(self.role, number)
        if body["channel"] in self.handovers and self.chance.happens(manners.WRITTEN_ELSEWHERE, number, "elsewhere"):
            by = self.roster.somebody_else(self.role, number).id
            self.news.reception = True
        elif self.chance.happens(manners.RATED_LATER, number, "rates"):
            self.news.reception = True
        else:
            body["facets"] = self._rated(row)
        if not self.chance.happens(manners.GUIDANCE_FORGOTTEN, number, "guidance"):
            body["guidance"] = self.guidance
        answer = await self.site.post(by, "/api/intake/cases", body, f"replay {number}")
        if not answer.done:
            detail = f"{answer.said.get('detail', '')} {answer.said.get('errors', '')}"
            raise CannotReplay(_("Case {number} was not taken: {detail}", number=number, detail=detail.strip()), GONE)
        self.news.of_case(row.rule.kind, answer.said["facets"])

    async def look(self, at: datetime) -> None:
        """Takes over what others wrote down, rates what was left, and sends elsewhere what came back."""
        if not self.news.reception or not self.roster.looks(self.role, at):
            return
        reader = self.roster.at_desk(self.role)[0].id
        left = await self.site.every(reader, "/api/intake/cases", status="registered", procedure=self.pack.id)
        back = await self.site.every(reader, "/api/dispatch/duties", desk=self.pack.head.desk, status="issued")
        came_back = [duty for duty in back if duty["came_back"]]
        self.news.reception = bool(left or came_back)
        await asyncio.gather(
            *(self._take_up(case, at) for case in left),
            *(self._send_elsewhere(duty, at) for duty in came_back),
        )

    async def _take_up(self, case: dict[str, Any], at: datetime) -> None:
        number, written = case["number"], _moment(case["registered_at"])
        wait = manners.delay(self.chance, manners.TAKEN_OVER, number, "takes over")
        if self.roster.next_look(self.role, written + wait) > at:
            return
        by = self.roster.one_at(self.role, number, "rates")
        at_case = f"/api/intake/cases/{part(case['id'])}"
        whole = await self.site.get(by, at_case)
        if case["channel"] in self.handovers and not whole.get("taken_over_at"):
            await self.site.post(by, f"{at_case}/taking-over", {}, f"replay {number} take over")
        if row := self._row_of(whole):
            await self._rate(by, whole, self._rated(row), words.RESPONSIBLE, "first")

    async def _send_elsewhere(self, duty: dict[str, Any], at: datetime) -> None:
        number = duty["case_number"]
        wait = manners.delay(self.chance, manners.REROUTE, number, duty["number"], "reroute")
        if self.roster.next_look(self.role, _moment(duty["came_back"][-1]["at"]) + wait) > at:
            return
        by = self.roster.one_at(self.role, number, "reroute")
        case = await self.site.get(by, f"/api/intake/cases/{part(duty['case'])}")
        if row := self._row_of(case):
            await self._rate(by, case, row.rule.facets, words.REROUTED, "again")

    async def _rate(self, by: str, case: dict[str, Any], facets: dict[str, str], reason: str, nth: str) -> None:
        fresh = {name: value for name, value in facets.items() if case["facets"].get(name) != value}
        if fresh:
            path = f"/api/intake/cases/{part(case['id'])}/assessment"
            await self.site.post(by, path, {"facets": fresh, "reason": reason}, f"replay {case['number']} rate {nth}")
            self.news.everywhere()

    def _rated(self, row: Row) -> dict[str, str]:
        """What the desk takes a case for: as the row says; now and then another department is held responsible."""
        facets = dict(row.rule.facets)
        for name, shares in row.mapping.facets.items():
            if row.rule.kind in shares.kinds:
                facets[name] = self.chance.one_of(shares.values, row.number, name)
        if manners.is_misrouted(self.chance, row.number):
            facets |= self._wrong(row.number, facets)
        return facets

    def _wrong(self, number: str, facets: dict[str, str]) -> dict[str, str]:
        """A desk that is not responsible."""
        for rule in self.pack.intake.facets:
            if rule.name in facets and _names_desks(rule.entry):
                right = facets[rule.name]
                others = [one for one in rule.entry.values if one != right and self._is_alike(one, right)]
                return {rule.name: self.chance.of(number, "wrong desk").choice(others)} if others else {}
        return {}

    def _who_is_responsible(self, rows: Sequence[Row]) -> dict[str, set[str]]:
        facets = [rule.name for rule in self.pack.intake.facets if _names_desks(rule.entry)]
        found: dict[str, set[str]] = {}
        for row in rows:
            found.setdefault(row.content, set()).update(row.rule.facets.get(name, "") for name in facets)
        return {content: desks - {""} for content, desks in found.items()}

    def _is_alike(self, desk: str, other: str) -> bool:
        return desk != self.pack.head.desk and self.roster.role_of(desk) == self.roster.role_of(other)

    def _row_of(self, case: dict[str, Any]) -> Row | None:
        return self.rows.get((_moment(case["received_at"]), case["content"]))


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _names_desks(facet: Facet) -> bool:
    """Whether the values of a facet say who takes the case."""
    return any(value.desk for value in facet.values.values())
