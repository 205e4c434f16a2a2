"""Callback persons: they ask customers, by telephone, at their door or by letter, until they know."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from closeloop.suite.replay import manners, words
from closeloop.suite.replay.news import News
from closeloop.suite.replay.roster import Roster
from closeloop.suite.replay.site import Site, part

Callback = dict[str, Any]
ANSWERED_WITHIN = timedelta(days=4)


class Calls:
    """Whoever calls customers back."""

    def __init__(self, site: Site, roster: Roster, news: News) -> None:
        self.news = news
        self.site, self.roster, self.role, self.chance = site, roster, roster.mapping.callers, roster.chance
        self._due: dict[tuple[str, int, str | None], datetime] = {}

    async def look(self, at: datetime) -> None:
        """Asks every customer who is to be asked by now."""
        if not self.roster.looks(self.role, at):
            return
        reader = self.roster.at_desk(self.role)[0].id
        soon = (at + manners.LONGEST_BEFORE_DUE).isoformat()
        planned = await self.site.every(reader, "/api/callback/callbacks", status="planned", due_before=soon)
        due = [one for one in planned if one["required"] and not one["same_problem"] and self._due_at(one) <= at]
        await asyncio.gather(*(self._ask(one, at) for one in due))

    def _due_at(self, callback: Callback) -> datetime:
        """When whoever calls takes it up: some time before it is due, now and then too late."""
        known = (callback["id"], callback["tries"], callback["answer_by"])
        if known not in self._due:
            moment = self._moment_of(callback)
            self._due[known] = self.roster.next_look(self.role, moment)
        return self._due[known]

    def _moment_of(self, callback: Callback) -> datetime:
        what = (*_what(callback), "when")
        if answer_by := callback["answer_by"]:
            return _moment(answer_by) - manners.delay(self.chance, manners.ANSWERED_BEFORE, *what)
        if next_at := callback["next_at"]:
            return _moment(next_at) + manners.delay(self.chance, manners.NEXT_CALL, *what)
        drawn = callback["reason"] == "sample"
        pace = manners.DRAWN_CALLED_BEFORE_DUE if drawn else manners.CALLED_BEFORE_DUE
        before = manners.delay(self.chance, pace, *what)
        return max(_moment(callback["due_at"]) - before, _moment(callback["planned_at"]) + manners.MINUTE)

    async def _ask(self, callback: Callback, at: datetime) -> None:
        by = callback["caller"] or self.roster.one_at(self.role, *_what(callback))
        path = f"/api/callback/callbacks/{part(callback['id'])}/attempts"
        body, key = self._came_of_it(callback, at), f"replay {callback['id']} {callback['tries']}"
        await self.site.post(by, path, body, key)
        if body["outcome"] == "dissatisfied":
            self.news.everywhere()

    def _came_of_it(self, callback: Callback, at: datetime) -> dict[str, Any]:
        dice = self.chance.of(*_what(callback), "asked")
        form = self.chance.one_of(manners.FORMS, *_what(callback), "form")
        said = dice.random()
        if form != "letter" and said < manners.UNREACHABLE:
            return {"form": form, "outcome": "unreachable", "note": dice.choice(words.UNREACHABLE)}
        if dice.random() < manners.DECLINES:
            return {"form": "telephone", "outcome": "declined", "note": dice.choice(words.DECLINED)}
        displeased = dice.random() < manners.DISSATISFIED.get(callback["round"], 0.1)
        notes = words.DISSATISFIED if displeased else words.SATISFIED
        body: dict[str, Any] = {
            "form": form,
            "outcome": "dissatisfied" if displeased else "satisfied",
            "note": dice.choice(notes),
        }
        if form == "visit":
            refuses = dice.random() < manners.REFUSES_TO_SIGN
            body["signature"] = (
                {"means": "refused", "witness": words.WITNESS}
                if refuses
                else {"means": "drawn", "signer": words.CUSTOMER}
            )
        if not displeased and not callback["answer_by"] and dice.random() < manners.WANTS_AN_ANSWER:
            body["answer_by"] = (at + ANSWERED_WITHIN).isoformat()
        return body


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _what(callback: Callback) -> tuple[object, ...]:
    return callback["case_number"], "callback", callback["number"], callback["tries"]
