"""Reports of nonconformities: one decides, whoever is responsible corrects, and somebody else verifies."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from closeloop.suite.replay import manners, words
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Site, part

Report = dict[str, Any]
SINCE = {"asked": "asked_at", "written": "decided_at", "corrected": "corrected_at"}


class Reports:
    """Whoever has such a report on their desk."""

    def __init__(self, site: Site, roster: Roster) -> None:
        self.site, self.roster, self.chance = site, roster, roster.chance
        self.deciders = {rule.entry.decided_by for rule in roster.pack.dispatch.reports.values()}

    async def look(self, at: datetime) -> None:
        """Does what is due, whenever one of those looks who decide about reports."""
        if not any(self.roster.looks(role, at) for role in self.deciders):
            return
        reader = self.roster.at_desk(sorted(self.deciders)[0])[0].id
        found = await asyncio.gather(
            *(self.site.every(reader, "/api/dispatch/reports", state=state) for state in SINCE)
        )
        await asyncio.gather(*(self._go_on(report, at) for reports in found for report in reports))

    async def _go_on(self, report: Report, at: datetime) -> None:
        desk, state = report["waits_for"] or report["desk"], report["state"]
        wait = manners.delay(self.chance, manners.REPORT, *_what(report), state)
        if datetime.fromisoformat(report[SINCE[state]]) + wait > at:
            return
        word, body = self._said(report)
        path = f"/api/dispatch/cases/{part(report['case'])}/reports/{report['number']}/{word}"
        by = self.roster.one_at(desk, report["case_number"])
        await self.site.post(by, path, body, f"replay {report['id']} {word} {report['times_sent_back']}")

    def _said(self, report: Report) -> tuple[str, dict[str, Any]]:
        if report["state"] == "asked":
            needed = self.chance.happens(manners.REPORT_IS_NEEDED, *_what(report), "needed")
            reason = words.REPORT_NEEDED if needed else words.REPORT_NOT_NEEDED
            return "decide", {"is_needed": needed, "reason": reason}
        if report["state"] == "written":
            return "correct", {"correction": words.CORRECTED}
        works = not self.chance.happens(manners.CORRECTED_IN_VAIN, *_what(report), "works")
        return "verify", {"is_effective": works, "verification": words.VERIFIED if works else words.NOT_EFFECTIVE}


def _what(report: Report) -> tuple[object, ...]:
    return report["case_number"], report["number"], report["times_sent_back"]
