"""The sender: takes letters that are on disk, has them carried, and writes down what came of it.

Before a letter leaves it is marked as being sent, on disk: if the process dies in between, nobody can say whether it
left. Then it is sent again where that does no harm, and otherwise left to a person.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from closeloop.chassis.committer import Committer
from closeloop.chassis.connectors.hooks import Carried, Carrier, Outgoing
from closeloop.chassis.connectors.letter import Letter, LetterState
from closeloop.chassis.i18n import _
from closeloop.chassis.piece import Piece
from closeloop.chassis.work import Work

LOOK_SECONDS = 1.0
AT_ONCE = 50
MOST_SECONDS = 60.0
PAUSES = (60, 300, 1800, 7200, 21600)
"""Seconds until the next try; after the last one the letter has failed."""
KIND = "letter"
DUE = "select id from letters where state = 'waiting' and next_try_at <= ? order by next_try_at, id limit ?"
UNDER_WAY = "select id from letters where state = 'sending'"
HeardOf = Mapping[str, Callable[[Letter, Work], None]]


class Sender:
    """The one loop of a service that sends its letters; without a connector it does not run."""

    def __init__(
        self,
        fetch: Callable[..., Awaitable[Sequence[Any]]],
        committer: Committer,
        carrier: Callable[[str], Carrier | None],
        heard_of: HeardOf,
        *,
        service: str,
        now: Callable[[], datetime],
        origin: str,
    ) -> None:
        self.fetch, self.committer, self.carrier, self.heard_of = fetch, committer, carrier, heard_of
        self.service, self.now, self.origin = service, now, origin

    async def run(self) -> None:
        """Send what is due, for ever."""
        await self.look_back()
        while True:
            if await self.send_due() < AT_ONCE:
                await asyncio.sleep(LOOK_SECONDS)

    async def look_back(self) -> None:
        """What was under way when the process ended: whether it left, nobody can say."""
        ended = Carried("unclear", reason=_("The process ended while it was being sent."))
        for [identity] in await self.fetch(UNDER_WAY):
            await self._write_down(identity, "", ended)

    async def send_due(self) -> int:
        """Send the letters whose turn has come; answers how many there were."""
        due = await self.fetch(DUE, self.now(), AT_ONCE)
        for [identity] in due:
            await self.send(identity)
        return len(due)

    async def send(self, identity: str) -> None:
        """Send one letter: marked, carried, written down, in three steps that are each on disk."""
        outcome = await self.committer.submit(Piece("send letter", "timer", (identity,), partial(_begin, identity)))
        letter: Letter | None = outcome.result
        if letter is not None:
            await self._write_down(identity, letter.about, await self._carried(letter))

    async def _carried(self, letter: Letter) -> Carried:
        carrier = self.carrier(letter.connector)
        if carrier is None:
            return Carried("again", reason=_("The connector {name} is not ready.", name=letter.connector))
        url = f"{self.origin}{letter.url}" if letter.url and self.origin else ""
        said = (letter.goes_to, letter.subject, letter.text, letter.language, letter.written_at, url)
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await carrier.carry(Outgoing(letter.id, *said))
        except Exception as mistake:  # whatever went wrong out there, the letter may have left
            return Carried("unclear", reason=f"{type(mistake).__name__}: {mistake}"[:500])

    async def _write_down(self, identity: str, about: str, carried: Carried) -> None:
        keys = (identity,) if about in ("", identity) else (identity, about)
        settle = partial(settled, identity, carried, self._harmless, self.heard_of, self.service)
        await self.committer.submit(Piece("settle letter", "timer", keys, settle))

    def _harmless(self, connector: str) -> bool:
        carrier = self.carrier(connector)
        return carrier is not None and carrier.repeats_safely


def _begin(identity: str, work: Work) -> Letter | None:
    """From here on the letter may have left."""
    letter = work.one(Letter, id=identity)
    if letter.state is not LetterState.WAITING or letter.next_try_at > work.now:
        return None
    letter.state = LetterState.SENDING
    letter.tries += 1
    return letter


def settled(
    identity: str,
    carried: Carried,
    harmless: Callable[[str], bool],
    heard_of: HeardOf,
    service: str,
    work: Work,
) -> None:
    """What came of it stands with the letter; what did not arrive is a task of the desk that answers for it."""
    letter = work.one(Letter, id=identity)
    state = "again" if carried.state == "unclear" and harmless(letter.connector) else carried.state
    if state == "again" and letter.tries > len(PAUSES):
        state = "failed"
    letter.reason, letter.reference = carried.why, carried.reference or letter.reference
    if state == "again":
        letter.state = LetterState.WAITING
        letter.next_try_at = work.now + timedelta(seconds=PAUSES[max(letter.tries, 1) - 1])
        return
    letter.state = LetterState(state)
    letter.carried_at = work.now
    if letter.desk and letter.state in (LetterState.FAILED, LetterState.UNCLEAR):
        said = _("See to a letter that did not arrive") if state == "failed" else _("See whether a letter arrived")
        url = f"/{service}/letters/{letter.id}"
        work.task(
            desk=letter.desk,
            kind=KIND,
            of=letter.id,
            title=(said.zh, said.en),
            url=url,
            place=letter.place,
            audience=letter.audience,
        )
    if (heard := heard_of.get(letter.kind)) is not None and letter.about in work.piece.keys:
        heard(letter, work)
