"""A house with n cases: a few are played through the API, then each is copied, back into the last year."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from bench.house import PROCEDURE, House, apart
from bench.loop import People, Whole
from bench.million.adding_up import add_up
from bench.million.copying import Copier, Copy, Told
from bench.million.filling import AT_ONCE, Connection, copier, fill, heard_it_all, numbers_given
from bench.million.template import Played, played
from bench.million.words import Words
from closeloop.chassis.broker import stream_of
from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.packs import load_pack
from closeloop.chassis.relay import on_the_wire
from closeloop.contracts.envelope import CONTENT_TYPE
from closeloop.contracts.loop import SERVICES
from closeloop.intake.finding.handlers import SEARCHED
from closeloop.intake.finding.model import WORDS
from closeloop.intake.finding.terms import terms_of
from closeloop.intake.numbers import number_of, period_of

PLAYED, WORKED_ON, ASKED = 48, 44, 40
"""Cases that are played: all are registered, of most the work is done, and most of their customers are asked."""
DAYS = 365
OPEN_SHARE = 0.005
SEED = 9
BRANCH = "main"
WORD_COLUMNS = ("case_id", "registered_at", "terms")
QUIET_WITHIN = 60.0
LOOKS_EVERY = 0.5
WITHOUT_ENTRY = frozenset({"dispatch", "callback", "survey", "stats"})
"""Services whose journals are as after they were archived: what nothing at hand reads takes most of the room."""


async def seed(house: House, n: int, *, without_entries: Collection[str] = ()) -> list[Played]:
    """The databases and streams of a house as after n cases; answers those that were played. Nothing runs then."""
    whole = await Whole.opened(house)
    try:
        await play(whole)
    finally:
        await whole.close()
    services = {name: await asyncpg.connect(house.postgres.url_of(name)) for name in SERVICES}
    try:
        cases = await played(services["intake"])
        copies, series = planned(cases, n - len(cases), await _known_series(services["intake"]))
        copiers = {name: await copier(one, cases, name not in without_entries) for name, one in services.items()}
        for name, one in services.items():
            await fill(one, copies, copiers[name])
        await words_were_read(services["intake"], copiers["intake"])
        await add_up(services["stats"])
        told = {name: one.told for name, one in copiers.items()}
        for name, one in services.items():
            await heard_it_all(one, name, BRANCH, told)
        await numbers_given(services["intake"], series)
        await into_the_streams(house, services, copiers)
    finally:
        for one in services.values():
            await one.close()
    return cases


async def play(whole: Whole) -> None:
    """Some cases are carried through, some are left at the desk, some wait for their customer to be asked."""
    stages = (("register", PLAYED), ("work", WORKED_ON), ("ask", ASKED))
    cases: list[str] = []
    for stage, number in stages:
        said = {"cases": cases[:number]} if cases else {"number": number}
        seen = await People(whole.task(stage=stage, at_once=4, **said)).seen()
        cases = cases or seen["cases"]
        await _quiet(whole)


def planned(cases: Sequence[Played], n: int, series: dict[str, int]) -> tuple[list[Copy], dict[str, int]]:
    """The copies in the order in which they were registered, and where the numbers of each series end."""
    words, register = Words(SEED), load_pack(PROCEDURE).intake.register_of("repair")[1]
    today, open_ones = datetime.now(HOME_ZONE), round(n * OPEN_SHARE)
    copies = []
    for at, case in enumerate(_taken(cases, n - open_ones, open_ones)):
        days_ago = 0 if case.is_open else DAYS - 1 - at * DAYS // n
        period = period_of(register, today - timedelta(days=days_ago))
        name = "/".join(part for part in (register.prefix, period) if part)
        series[name] = series.get(name, 0) + 1
        number = number_of(register, period, series[name])
        phone, code = f"{words.chance.randrange(10**8):08}", f"{at + 1:06x}"
        copies.append(Copy(case.id, code, number, words.content(at + 1_000), phone, words.name(), days_ago))
    return copies, series


def _taken(cases: Sequence[Played], closed: int, open_ones: int) -> Iterator[Played]:
    for number, among in ((closed, [c for c in cases if not c.is_open]), (open_ones, [c for c in cases if c.is_open])):
        for at in range(number):
            yield among[at % len(among)]


async def words_were_read(intake: Connection, of: Copier) -> None:
    """The register was read for its words up to its last case."""
    columns = ", ".join(("id", "registered_at", *SEARCHED))
    async with intake.transaction():
        await intake.execute("truncate case_words")
        cases = await intake.cursor(f"select {columns} from cases order by registered_at")
        while some := await cases.fetch(AT_ONCE):
            rows = [(case["id"], case["registered_at"], terms_of(case[name] for name in SEARCHED)) for case in some]
            await intake.copy_records_to_table(
                "case_words", records=rows, columns=("case_id", "registered_at", "terms")
            )
    await intake.execute("analyze case_words")
    await intake.execute(
        "insert into words_read values ($1, $2) on conflict (key) do update set position = $2", WORDS, of.position
    )


async def into_the_streams(house: House, services: dict[str, Connection], copiers: dict[str, Copier]) -> None:
    """The last entry of each journal is the last message of its stream; what came before has aged out of it."""
    client = await house.nats()
    streams = client.jetstream()
    for name, service in services.items():
        of = copiers[name]
        if not of.told:
            continue
        last: Told = max(of.told.values(), key=lambda one: one.position)
        entry: Any = await service.fetchrow("select * from journal where seq = $1", last.seq)
        await streams.publish(
            f"closeloop.{BRANCH}.{name}.{entry['subject']}",
            on_the_wire(last.position, last.before, entry["body"]),
            stream=stream_of(BRANCH, name),
            headers={
                "Nats-Msg-Id": f"{BRANCH}.{name}.{entry['key']}.{entry['sequence']}",
                "Content-Type": CONTENT_TYPE,
            },
        )
    await client.close()


async def _known_series(intake: Connection) -> dict[str, int]:
    return {row["name"]: row["n"] for row in await intake.fetch("select name, n from counters")}


async def _quiet(whole: Whole) -> None:
    """Nothing moves any more in any journal."""
    before: Counter[str] | None = None
    async with asyncio.timeout(QUIET_WITHIN):
        while True:
            found: Counter[str] = Counter()
            for name in SERVICES:
                one = await asyncpg.connect(whole.house.postgres.url_of(name))
                found[name] = await one.fetchval("select count(*) from journal")
                found[f"{name} hears"] = await one.fetchval("select coalesce(sum(position), 0)::bigint from positions")
                await one.close()
            if found == before:
                return
            before = found
            await apart(lambda: None)
            await asyncio.sleep(LOOKS_EVERY)
