"""Work: what pieces of one transaction promise, on SQLite and on PostgreSQL."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from closeloop.chassis.acting import acts, here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.occasions import kept, opened
from closeloop.chassis.piece import Idempotency, Piece
from closeloop.chassis.refusals import Forbidden, Full, Misread, NotFound, Refused, Stale
from closeloop.chassis.rows import keeps, table_of
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.store.statements import layouts
from closeloop.chassis.store.tables import Occasion, Parked, Task, Timer
from closeloop.chassis.work import Work
from closeloop.contracts.every import AttemptRefused, OccasionsJudged, TaskOpened

SERIES = "QR/2026"


@keeps("ledgers", key="account")
class Ledger:
    """An account with a balance: what several people change at once."""

    account: str
    number: int
    balance: int
    notes: dict[str, Any]


@keeps("leaves", key="account", ordered_by="n")
class Leaf:
    """A page of an account's book, by its number."""

    id: str
    account: str
    n: int


@keeps("sums", primary=("place",), tally="n")
class Sum:
    """A commutative count per place."""

    place: str
    n: int


hears = Hears()


@hears.due("remind")
def remind(timer: Timer, work: Work) -> None:
    ledger = work.one(Ledger)
    ledger.notes = {**ledger.notes, "reminded": timer.data["about"]}


@hears.told("pay in")
def pay_in_later(timer: Timer, work: Work) -> None:
    pay_in(work, timer.data["amount"])


@acts
def begin(work: Work) -> Ledger:
    ledger = work.add(Ledger(work.key, work.number(SERIES), 0, {}))
    work.publish(OccasionsJudged())
    work.count(Sum, place="garden")
    return ledger


@acts
def pay_in(work: Work, amount: int) -> int:
    ledger = work.one(Ledger)
    ledger.balance += amount
    return ledger.balance


@acts
def pay_out(work: Work, amount: int) -> int:
    ledger = work.one(Ledger)
    ledger.balance -= amount
    work.publish(OccasionsJudged())
    work.number(SERIES)
    work.count(Sum, place="garden")
    if ledger.balance < 0:
        raise Refused("there is not so much", clause="P00-1")
    return ledger.balance


@acts(keys=lambda one, other, amount: (one, other))
def move(work: Work, one: str, other: str, amount: int) -> None:
    work.one(Ledger, key=one).balance -= amount
    work.one(Ledger, key=other).balance += amount


@acts
def begin_for(work: Work, account: str) -> None:
    """Begins an account that this piece does not work on."""
    work.add(Ledger(account, 1, 5, {}))


@acts
def add_leaf(work: Work) -> list[int]:
    known = work.all(Leaf)
    work.add(Leaf(f"{work.key}.{len(known) + 1}", work.key, len(known) + 1))
    return [leaf.n for leaf in known]


@acts
def look(work: Work) -> int:
    return work.one(Ledger).balance


TABLES = (
    "create table ledgers "
    "(account text primary key, number bigint not null, balance bigint not null, notes json not null)",
    "create table leaves (id text primary key, account text not null, n bigint not null)",
    "create table sums (place text primary key, n bigint not null)",
)


@pytest.fixture
def service() -> Service:
    return Service("chassis", [Ledger, Leaf, Sum], hears)


@pytest.fixture
async def bank(running: Running) -> Running:
    for table in TABLES:
        await running.store.execute(table)
    here.set(running)
    return running


def a_piece(action: Any, *said: Any, key: str, new: bool = False, **more: Any) -> Piece:
    return Piece(action.__name__, "http", (key,), lambda work: action(work, *said), new=new, **more)


async def together(bank: Running, *pieces: Piece) -> list[Any]:
    """All in one batch: they are queued before the committer gets its turn."""
    return await asyncio.gather(*(bank.submit(piece) for piece in pieces), return_exceptions=True)


async def balances(bank: Running) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in await bank.store.fetch("select account, number, balance from ledgers order by number")
    ]


def test_a_row_is_laid_out_as_the_database_has_its_columns():
    found = layouts(
        [Ledger, Sum], [("ledgers", ["notes", "remark", "account", "balance", "number"]), ("others", ["a"])]
    )
    assert found["ledgers"](("a", 1, 5, "{}")) == ("{}", None, "a", 5, 1)
    assert list(found) == ["ledgers"]
    assert not layouts([Ledger], [("ledgers", ["account", "number", "balance", "notes"])])


async def test_pieces_of_one_key_run_in_order_on_the_same_rows(bank):
    await bank.submit(a_piece(begin, key="a", new=True))
    outcomes = await together(bank, *(a_piece(pay_in, n, key="a") for n in (1, 2, 3)))
    assert [outcome.result for outcome in outcomes] == [1, 3, 6]
    assert [outcome.version for outcome in outcomes] == [2, 3, 4]
    assert await balances(bank) == [("a", 1, 6)]


async def test_a_refused_piece_is_undone_and_the_others_of_its_batch_are_not(bank):
    await bank.submit(a_piece(begin, key="a", new=True))
    paid, refused, after = await together(
        bank, a_piece(pay_in, 5, key="a"), a_piece(pay_out, 9, key="a"), a_piece(pay_out, 2, key="a")
    )
    assert paid.result == 5 and after.result == 3
    assert isinstance(refused, Refused) and refused.clause == "P00-1"
    assert await balances(bank) == [("a", 1, 3)]
    assert [tuple(row) for row in await bank.store.fetch("select n from sums")] == [(2,)]
    assert [tuple(row) for row in await bank.store.fetch("select n from counters")] == [(2,)]


async def test_rows_that_a_piece_adds_to_another_key_are_found_under_that_key(bank):
    await together(bank, a_piece(begin_for, "b", key="a"), a_piece(begin_for, "c", key="a"))
    assert (await bank.submit(a_piece(look, key="b"))).result == 5
    paid = await bank.submit(a_piece(pay_in, 2, key="b"))
    assert paid.result == 7 and paid.version == 2


async def test_rows_come_in_the_order_that_their_class_says(bank):
    """By its name the tenth leaf would stand before the second."""
    for _leaf in range(11):
        found = await bank.submit(a_piece(add_leaf, key="a"))
    assert found.result == list(range(1, 11))


async def test_only_tables_that_have_rows_of_a_key_are_read_for_it(bank):
    """An account that was begun with its rows somewhere else than where its key says has none."""
    await bank.submit(a_piece(begin, key="a", new=True))
    assert [row[0] for row in await bank.store.fetch("select holds from keys where key = 'a'")] == ["ledgers"]
    await bank.store.execute("update keys set holds = '' where key = 'a'")
    with pytest.raises(NotFound):
        await bank.submit(a_piece(look, key="a"))


async def test_a_refusal_is_a_fact_of_its_own(bank, published):
    await bank.submit(a_piece(begin, key="a", new=True))
    with pytest.raises(Refused):
        await bank.submit(a_piece(pay_out, 1, key="a"))
    [attempt] = await published(AttemptRefused)
    assert attempt.clause == "P00-1" and attempt.action == "pay_out"
    assert [judged.end for judged in attempt.occasions] == ["prevented"]


async def test_a_refusal_may_be_that_of_several_clauses(bank, published):
    def collect(work: Work) -> None:
        raise Refused("nothing is collected without consent", clause=("P00-1", "P00-2"))

    await bank.submit(a_piece(begin, key="a", new=True))
    with pytest.raises(Refused):
        await bank.submit(a_piece(collect, key="a"))
    [attempt] = await published(AttemptRefused)
    assert attempt.clause == "P00-1"
    assert [(one.clause, one.end) for one in attempt.occasions] == [("P00-1", "prevented"), ("P00-2", "prevented")]


async def test_whoever_may_not_take_a_step_of_a_clause_was_prevented_too(bank, published):
    def sign_for_the_boss(work: Work) -> None:
        raise Forbidden("the boss signs", clause="P00-2")

    def look(work: Work) -> None:
        raise Forbidden

    await bank.submit(a_piece(begin, key="a", new=True))
    refused = await together(bank, a_piece(sign_for_the_boss, key="a"), a_piece(look, key="a"))
    assert all(isinstance(refusal, Forbidden) for refusal in refused)
    assert [attempt.clause for attempt in await published(AttemptRefused)] == ["P00-2"]


async def test_a_mistake_in_one_piece_costs_only_that_piece(bank):
    def stumble(work: Work) -> None:
        work.one(Ledger).balance = 99
        raise ZeroDivisionError

    await bank.submit(a_piece(begin, key="a", new=True))
    wrong, right = await together(bank, a_piece(stumble, key="a"), a_piece(pay_in, 1, key="a"))
    assert isinstance(wrong, ZeroDivisionError) and right.result == 1


async def test_numbers_have_no_gap_and_no_twin(bank):
    async def try_to_begin(n: int) -> None:
        def refused(work: Work) -> None:
            begin(work)
            raise Refused("not today")

        await asyncio.gather(
            bank.submit(a_piece(begin, key=f"k{n}", new=True)),
            bank.submit(a_piece(refused, key=f"r{n}", new=True)),
            return_exceptions=True,
        )

    await asyncio.gather(*(try_to_begin(n) for n in range(40)))
    assert [number for _, number, _ in await balances(bank)] == list(range(1, 41))


async def test_a_row_that_the_database_refuses_fails_alone(bank):
    await bank.submit(a_piece(begin, key="a", new=True))

    def twin(work: Work) -> None:
        work.add(Ledger("a", 1, 0, {}))

    results = await together(
        bank, a_piece(begin, key="b", new=True), a_piece(twin, key="a2", new=True), a_piece(begin, key="c", new=True)
    )
    assert results[0].result.number == 2 and results[2].result.number == 3
    assert isinstance(results[1], Exception)


async def test_two_keys_in_one_piece(bank):
    for account in "ab":
        await bank.submit(a_piece(begin, key=account, new=True))
    from closeloop.chassis.acting import do

    await do(move, "a", "b", 7, by=None)
    assert await balances(bank) == [("a", 1, -7), ("b", 2, 7)]


async def test_a_stale_if_match_is_refused_also_within_a_batch(bank):
    await bank.submit(a_piece(begin, key="a", new=True))
    first, second = await together(
        bank, a_piece(pay_in, 1, key="a", if_match=1), a_piece(pay_in, 1, key="a", if_match=1)
    )
    assert first.version == 2 and isinstance(second, Stale)
    with pytest.raises(Stale):
        await bank.submit(a_piece(pay_in, 1, key="a", if_match=1))


async def test_a_repeated_request_gets_the_first_answer(bank):
    once = Idempotency("desk-1", "key", "the question")

    def asked(key: str, about: Idempotency) -> Piece:
        shows = lambda result, work: (201, f'{{"number":{result.number}}}')  # noqa: E731
        return a_piece(begin, key=key, new=True, idempotency=about, shows=shows)

    in_one_batch = await together(
        bank, asked("a", once), asked("b", once), asked("c", Idempotency("desk-2", "key", ""))
    )
    assert [outcome.body for outcome in in_one_batch] == ['{"number":1}', '{"number":1}', '{"number":2}']
    assert in_one_batch[1].replayed
    later = await bank.submit(asked("d", once))
    assert later.status == 201 and later.body == '{"number":1}'
    with pytest.raises(Misread):
        await bank.submit(asked("e", Idempotency("desk-1", "key", "another question")))
    assert [account for account, _, _ in await balances(bank)] == ["a", "c"]


async def test_a_repeated_step_gets_its_answer_although_it_could_not_be_taken_again(bank, published):
    once = Idempotency("desk-1", "key", "")
    shows = lambda result, work: (200, str(result))  # noqa: E731
    await bank.submit(a_piece(begin, key="a", new=True))
    await bank.submit(a_piece(pay_in, 5, key="a"))
    first = await bank.submit(a_piece(pay_out, 4, key="a", idempotency=once, shows=shows))
    again = await bank.submit(a_piece(pay_out, 4, key="a", idempotency=once, shows=shows))
    stale = await bank.submit(a_piece(pay_out, 4, key="a", idempotency=once, shows=shows, if_match=1))
    assert (first.body, again.body, stale.body) == ("1", "1", "1") and again.replayed and not first.replayed
    assert await published(AttemptRefused) == []
    other = Idempotency("desk-1", "another key", "")
    for _ in range(2):
        with pytest.raises(Refused):
            await bank.submit(a_piece(pay_out, 4, key="a", idempotency=other, shows=shows))
    assert len(await published(AttemptRefused)) == 2


async def test_a_parked_message_that_two_try_again_has_its_effect_once(bank):
    await bank.submit(a_piece(begin, key="a", new=True))
    await bank.store.execute(
        "insert into parked (id, key, publisher, position, subject, body, reason, tries, parked_at) "
        "values ('m', 'a', 'main.intake', 1, 's', '{}', '', 1, ?)",
        datetime(2026, 1, 5, tzinfo=UTC),
    )

    def once_more(work: Work) -> None:
        pay_in(work, 5)
        work.drop(Parked, "m")

    ended = await together(bank, *(Piece("once more", "timer", ("a",), once_more) for _ in range(2)))
    assert [isinstance(one, Exception) for one in ended] == [False, True]
    assert await balances(bank) == [("a", 1, 5)]


async def test_a_timer_fires_once_at_its_moment_and_a_cancelled_one_never(bank, house):
    def set_two(work: Work) -> None:
        work.at(datetime(2026, 1, 5, 3, tzinfo=UTC), "remind", "first", about="first")
        work.at(datetime(2026, 1, 5, 3, tzinfo=UTC), "remind", "second", about="second")
        work.at(datetime(2026, 1, 5, 5, tzinfo=UTC), "remind", "first", about="moved")
        work.cancel("remind", "second")

    await bank.submit(a_piece(begin, key="a", new=True))
    await bank.submit(a_piece(set_two, key="a"))
    await house.advance(hours=3)
    assert await notes(bank) == "{}"
    await house.advance(hours=2)
    assert await notes(bank) == '{"reminded":"moved"}'
    assert not await bank.store.fetch("select 1 from timers")


async def notes(bank: Running) -> str:
    [[found]] = await bank.store.fetch("select notes from ledgers")
    return str(found)


async def test_what_is_told_to_another_key_is_a_piece_of_its_own(bank, house):
    for account in "ab":
        await bank.submit(a_piece(begin, key=account, new=True))

    def tell(work: Work) -> None:
        work.tell("b", "pay in", amount=4)

    await bank.submit(a_piece(tell, key="a"))
    await house.advance(seconds=0)
    assert await balances(bank) == [("a", 1, 0), ("b", 2, 4)]


async def test_tasks_and_occasions_are_opened_told_and_ended(bank, published):
    def open_both(work: Work) -> None:
        work.task(desk="desk", kind="assess", title=("评定", "Assess"), url="/x")
        work.judge(opened(["P00-1", "P00-2"], of="case"))

    def end_both(work: Work) -> None:
        work.done("assess")
        work.judge(kept(["P00-1"], of="case"))

    await bank.submit(a_piece(begin, key="a", new=True))
    await bank.submit(a_piece(open_both, key="a"))
    await bank.submit(a_piece(end_both, key="a"))
    [told] = await published(TaskOpened)
    assert told.title.zh == "评定"
    assert not await bank.read.rows(Task, table_of(Task).select().where(table_of(Task).c.closed_at.is_(None)))
    found = await bank.read.rows(Occasion, table_of(Occasion).select().order_by(table_of(Occasion).c.clause))
    assert [(occasion.clause, occasion.ended_as) for occasion in found] == [("P00-1", "kept"), ("P00-2", None)]


async def test_beyond_its_capacity_a_service_says_so_at_once(bank):
    bank.committer.most_waiting = 3
    answers = await together(bank, *(a_piece(begin, key=f"k{n}", new=True) for n in range(6)))
    assert sum(isinstance(answer, Full) for answer in answers) == 3
    assert len(await balances(bank)) == 3


async def test_two_processes_on_one_database_lose_nothing(bank, service, people, clock, pack, tmp_path):
    if bank.store.dialect == "sqlite":
        pytest.skip("the file's lock makes one process the only one")
    twin = Running(service, bank.settings, clock=clock, people=people, alone=True)
    await twin.start()
    await bank.submit(a_piece(begin, key="shared", new=True))

    async def busy(running: Running, name: str) -> None:
        for n in range(30):
            await asyncio.gather(
                running.submit(a_piece(begin, key=f"{name}{n}", new=True)),
                running.submit(a_piece(pay_in, 1, key="shared")),
            )

    await asyncio.gather(busy(bank, "a"), busy(twin, "b"))
    await twin.stop()
    found = await balances(bank)
    assert [number for _, number, _ in found] == list(range(1, 62))
    assert {account: balance for account, _, balance in found}["shared"] == 60


async def test_a_character_that_the_database_cannot_keep_is_said_to_be_one(bank):
    if bank.store.dialect == "sqlite":
        pytest.skip("SQLite keeps every character")

    scribbled, begun = await together(bank, a_piece(begin, key="a\x00b", new=True), a_piece(begin, key="b", new=True))
    assert isinstance(scribbled, Misread)
    assert begun.result.number == 1


async def test_who_only_looks_on_cannot_stop_the_work(bank, caplog):
    def stumble(batch: Any) -> None:
        raise ZeroDivisionError

    bank.committer.happened = stumble
    await bank.submit(a_piece(begin, key="a", new=True))
    assert (await bank.submit(a_piece(pay_in, 1, key="a"))).result == 1
    assert "ZeroDivisionError" in caplog.text
