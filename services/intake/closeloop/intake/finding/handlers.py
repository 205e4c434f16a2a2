"""What was registered is read for its words a little later, many cases at once: nobody who registers waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from closeloop.chassis.hearing import Hears
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import JOURNAL, Chained, Timer
from closeloop.chassis.work import Work
from closeloop.intake.finding.model import WORDS, CaseWords, WordsRead
from closeloop.intake.finding.terms import terms_of
from closeloop.intake.model import Case

hears = Hears()

READ_NEW = "read_new_cases"
EVERY = 64
"""After so many cases of a register it is read on; the newest cases are searched word by word anyway."""
AFTER = timedelta(minutes=1)
"""So much later, when a rush at the desk is over."""
AT_ONCE = 250  # places of the journal: a few milliseconds, in which nobody else is served

CASES, CHAIN = table_of(Case), table_of(Chained)
SEARCHED = ("number", "name", "phone", "content", "remedy_sought", "address")
"""The columns of a case in which words are looked for."""


class Found(NamedTuple):
    """New cases with their terms, from and up to which place of the journal, and whether there is more."""

    words: list[tuple[str, datetime, str]]
    after: int
    position: int
    more: bool


async def new_cases(read: Read, timer: Timer) -> Found | None:
    """The cases that were registered since; None if nothing was."""
    read_to = table_of(WordsRead)
    after = await read.value(select(read_to.c.position).where(read_to.c.key == timer.key)) or 0
    places = select(CHAIN.c.position, JOURNAL.c.key, JOURNAL.c.sequence).join(JOURNAL, JOURNAL.c.seq == CHAIN.c.seq)
    told = await read.all(places.where(CHAIN.c.position > after).order_by(CHAIN.c.position).limit(AT_ONCE))
    if not told:
        return None
    new = [row["key"] for row in told if row["sequence"] == 1]
    columns = (CASES.c.id, CASES.c.registered_at, *(CASES.c[name] for name in SEARCHED))
    cases = await read.all(select(*columns).where(CASES.c.id.in_(new)))
    words = [(case["id"], case["registered_at"], terms_of(case[name] for name in SEARCHED)) for case in cases]
    return Found(words, after, told[-1]["position"], len(told) == AT_ONCE)


@hears.told(READ_NEW, reads=new_cases)
def keep_their_words(timer: Timer, work: Work, found: Found | None) -> None:
    """From now on these cases are found by their words, however old they get."""
    known = work.maybe(WordsRead) or work.add(WordsRead(work.key))
    if found is None or found.after != known.position:
        return  # nothing new, or somebody read it in the meantime
    for case, registered_at, terms in found.words:
        work.add(CaseWords(case, registered_at, terms))
    known.position = found.position
    if found.more:
        work.tell(WORDS, READ_NEW)
