"""What a service was told: the journals of those whom it hears, up to where it has heard them, in the order of time."""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple

from closeloop.chassis.chain import chained
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.rows import moment_text
from closeloop.chassis.safekeeping.manifest import Unfit
from closeloop.chassis.store.asking import Asking

AT_ONCE = 4_000


class Told(NamedTuple):
    """An entry of a journal, and its place there."""

    at: str
    """When it was written down; never earlier than the entry before it."""
    teller: str
    position: int
    subject: str
    body: str


class Journal:
    """One teller's journal, read from its beginning; each link of the chain is taken again on the way."""

    def __init__(self, teller: str, store: Asking, up_to: int, subjects: Collection[str], but: Collection[int]) -> None:
        self.teller, self.store, self.up_to = teller, store, up_to
        self.subjects, self.but = frozenset(subjects), frozenset(but)
        self.read: deque[Told] = deque()
        self.position, self.hash, self.at = 0, "", ""

    @property
    def is_over(self) -> bool:
        """Whether everything that was heard of it was read."""
        return self.position >= self.up_to

    async def read_on(self) -> None:
        """Read until there is something that was heard, or the end."""
        while not self.read and not self.is_over:
            found = await self.store.chained_after(self.position, min(AT_ONCE, self.up_to - self.position))
            for position, link, entry in found:
                if position != self.position + 1 or chained(self.hash, entry.body) != link:
                    raise Unfit(_changed(self.teller))
                self.position, self.hash = position, link
                self.at = max(self.at, _text(entry.recorded_at))
                if entry.subject in self.subjects and position not in self.but:
                    self.read.append(Told(self.at, self.teller, position, entry.subject, entry.body))
            if not found:
                raise Unfit(_changed(self.teller))


async def told(journals: Iterable[Journal]) -> AsyncIterator[list[Told]]:
    """Everything that was told, some at a time: by moment, each teller's in the order of their journal."""
    left = list(journals)
    while True:
        for journal in left:
            await journal.read_on()
        left = [journal for journal in left if journal.read]
        if not left:
            return
        until = min((journal.read[-1].at for journal in left if not journal.is_over), default="9999")
        some: list[Told] = []
        for journal in left:
            while journal.read and journal.read[0].at <= until:
                some.append(journal.read.popleft())
        yield sorted(some, key=itemgetter(0))


def journals_of(
    heard: Mapping[str, int],
    subjects: Mapping[str, Collection[str]],
    parked: Collection[tuple[str, int]],
    stores: Mapping[str, Asking],
) -> list[Journal]:
    """The journals of those whom a service hears: how far, of what, and but for what it has put aside."""
    return [
        Journal(teller, stores[teller], heard.get(teller, 0), subjects[teller], [n for by, n in parked if by == teller])
        for teller in stores
    ]


def _text(moment: datetime | str) -> str:
    return moment if isinstance(moment, str) else moment_text(moment)


def _changed(teller: str) -> Sentence:
    return _(
        "The journal of {service} is not as it was written down: run 'closeloop verify' before anything is rebuilt.",
        service=teller,
    )
