"""Letters instead of calls: the reply letter that a superior body wants, and the public letter that answers many."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import Any

from closeloop.suite.replay import manners, words
from closeloop.suite.replay.mapping import ReplyLetters
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Site, part
from closeloop.suite.replay.wire import as_file

UPLOADED = "/api/callback/attachments"


class Letters:
    """Whoever may grant that nobody is called because a letter was sent."""

    def __init__(self, site: Site, roster: Roster) -> None:
        self.site, self.roster, self.wanted = site, roster, roster.mapping.reply_letters

    async def look(self, at: datetime) -> None:
        """Waives the callbacks of handled cases for which only a reply letter was wanted."""
        wanted = self.wanted
        if wanted is None or not self.roster.looks(wanted.granted_by, at):
            return
        head = self.roster.at_desk(wanted.granted_by)[0].id
        asked = {"status": "handled", "channel": wanted.channel, "procedure": self.roster.pack.id}
        cases = await self.site.every(head, "/api/intake/cases", **asked)
        await asyncio.gather(*(self._waive(head, wanted, case["id"], at) for case in cases))

    async def _waive(self, head: str, wanted: ReplyLetters, case: str, at: datetime) -> None:
        whole = await self.site.get(head, f"/api/intake/cases/{part(case)}")
        if not whole["fields"].get(wanted.field):
            return
        planned = await self.site.every(head, "/api/callback/callbacks", case=case, status="planned")
        letter = as_file("letter.pdf", f"%PDF-1.4\n% {words.REPLY_LETTER} {whole['number']}\n%%EOF\n".encode())
        for callback in planned:
            if datetime.fromisoformat(callback["planned_at"]) == at:
                continue  # the sheet comes back this very hour: it is seen at the next look
            taken = await self.site.ask("POST", head, UPLOADED, body=letter, query={"about": case})
            if not taken.done:
                continue
            attached = {name: taken.said[name] for name in ("hash", "size", "type")}
            body = {"reason": wanted.exemption, "evidence": {"note": words.REPLY_LETTER, "attachment": attached}}
            path = f"/api/callback/callbacks/{part(callback['id'])}/waiver"
            await self.site.post(head, path, body, f"replay {callback['id']} waiver")


async def answer_together(site: Site, roster: Roster, by: str, plan: list[dict[str, Any]], at: datetime) -> None:
    """Callbacks of the week about the very same matter are put together, and answered by one public letter."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for one in plan:
        if not one["over"] and one["coverage"] in roster.mapping.same_problem and one["round"] == 1:
            groups[one["requirement"]].append(one["id"])
    for problem, callbacks in sorted(groups.items()):
        if len(callbacks) < manners.SAME_PROBLEM_FROM:
            continue
        number = next(one["case_number"] for one in plan if one["id"] == callbacks[0])
        body = {"problem": problem, "callbacks": callbacks}
        made = await site.post(by, "/api/callback/same-problems", body, f"replay {number} together {len(callbacks)}")
        if made.done:
            day = at.astimezone(roster.people.calendar().zone).date().isoformat()
            letter = {
                "text": f"{problem}：{words.PUBLIC_LETTER}",
                "place": words.NOTICE_BOARD,
                "date": day,
                "archive_reference": number,
            }
            answer = {"note": words.PUBLIC_LETTER, "letter": letter}
            path = f"/api/callback/same-problems/{part(made.said['id'])}/answer"
            await site.post(by, path, answer, f"replay {number} letter")
