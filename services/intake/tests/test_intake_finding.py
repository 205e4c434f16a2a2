"""Cases are found again by what was said, however old they are."""

from typing import Any

import pytest

from closeloop.chassis.chain import Chain
from closeloop.chassis.running import Running
from closeloop.intake import actions
from closeloop.intake.finding import handlers, queries
from closeloop.intake.finding.model import WORDS
from closeloop.intake.finding.terms import looked_up, terms_of

CASES = "/api/intake/cases"
SAID = ("三号楼电梯厅没有打扫", "厨房水管爆裂，楼下已渗水", "Leaking pipeline in B-12, call 5-0301", "门禁坏了")


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("漏水了", "漏水 水了 了"),
        ("水，水", "水"),
        ("Pipes", "pip ipe pes es s"),
        ("B栋1302室", "b 栋 130 302 02 2 室"),
        (None, ""),
    ],
)
def test_terms_are_neighbours_and_every_character_begins_one(text, terms):
    assert terms_of([text]) == terms


@pytest.mark.parametrize(
    ("word", "terms"),
    [
        ("漏水", [("漏水", False)]),
        ("漏", [("漏", True)]),
        ("pipe", [("pip", False), ("ipe", False)]),
        ("Pi", [("pi", True)]),
        ("5-0301", [("030", False), ("301", False)]),
        ("5-3", [("5", True), ("3", True)]),
        ("QR-022-2026-00417-W", [("026", False), ("004", False), ("041", False), ("417", False)]),
        ("，", []),
    ],
)
def test_a_word_is_looked_up_by_terms_that_stand_wherever_it_stands(word, terms):
    assert looked_up(word) == terms


@pytest.fixture
def only_the_newest_is_looked_through(monkeypatch):
    monkeypatch.setattr(queries, "NEWEST", 1)
    monkeypatch.setattr(actions, "EVERY", 1)


@pytest.fixture
async def registered(running, house, api, register, a_complaint) -> list[str]:
    """Some old cases, each read for its words, and a new one that was not."""
    monday = [await register(a_complaint, content=content) for content in SAID]
    await _in_its_place(running)
    await house.advance(hours=1)
    newest = await register(a_complaint, content="信箱打不开", customer={"name": "欧阳先生", "phone": "13911112222"})
    return [case["number"] for case in (*monday, newest)]


@pytest.mark.usefixtures("only_the_newest_is_looked_through")
async def test_old_cases_are_found_by_their_terms_and_the_newest_as_they_stand(api, registered):
    async def found(q: str, **more: Any) -> list[int]:
        answer = await api.get(CASES, params={"q": q, **more})
        assert answer.status_code == 200, answer.text
        return sorted(registered.index(case["number"]) for case in answer.json()["items"])

    assert await found("水管") == [1]
    assert await found("水") == [1]
    assert await found("楼") == [0, 1]
    assert await found("楼 没有") == [0]
    assert await found("PIPELINE") == await found("pel") == await found("B-12") == await found("5-0301") == [2]
    assert await found("138 0000") == await found("0001") == [0, 1, 2, 3]
    assert await found("13911112222") == await found("欧阳") == await found("信箱") == [4]
    assert await found("打") == [0, 1, 2, 3, 4]
    assert await found("打", status="closed") == []
    assert await found(registered[3]) == [3]
    assert await found("管水") == []  # both terms stand in other words only
    assert await found("100%") == await found("水_") == []


@pytest.mark.usefixtures("only_the_newest_is_looked_through")
async def test_a_list_of_what_was_found_goes_on_where_it_ended(api, registered):
    answer = (await api.get(CASES, params={"q": "李女士", "limit": "2"})).json()
    numbers = [case["number"] for case in answer["items"]]
    answer = (await api.get(CASES, params={"q": "李女士", "limit": "2", "cursor": answer["next"]})).json()
    assert sorted(numbers + [case["number"] for case in answer["items"]]) == sorted(registered[:4])
    assert answer["next"] is None


async def test_each_case_is_read_for_its_words_once(running, house, register, a_complaint, monkeypatch):
    monkeypatch.setattr(handlers, "AT_ONCE", 3)
    for content in SAID:
        await register(a_complaint, content=content)
    await _in_its_place(running)
    for _ in range(2):
        await house.do(_read_on, key=WORDS)
        await house.do(_read_on, key=WORDS)
        await house.advance(seconds=1)
    found = await running.store.fetch("select terms from case_words order by case_id")
    assert [("水管" in terms, "门禁" in terms) for (terms,) in found] == [
        (False, False),
        (True, False),
        (False, False),
        (False, True),
    ]


async def test_the_page_counts_only_so_far(api, house, register, a_complaint, monkeypatch):
    from closeloop.intake import queries as shown

    monkeypatch.setattr(shown, "MOST_COUNTED", 2)
    for content in SAID[:2]:
        await register(a_complaint, content=content)
    assert ">2<" in (await api.get("/intake")).text
    await register(a_complaint, content=SAID[2])
    page = (await api.get("/intake")).text
    assert ">2+<" in page


@pytest.mark.usefixtures("only_the_newest_is_looked_through")
async def test_of_many_with_a_word_the_page_says_at_least_how_many(api, registered, monkeypatch):
    from closeloop.chassis import reading
    from closeloop.intake import queries as shown

    assert ">4<" in (await api.get("/intake", params={"q": "李女士"})).text
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    monkeypatch.setattr(shown, "AT_ONCE", 2)
    assert ">4+<" in (await api.get("/intake", params={"q": "李女士"})).text


def _read_on(work):
    work.tell(WORDS, handlers.READ_NEW)


async def _in_its_place(running: Running) -> None:
    """The relay puts what was told in its place in the chain."""
    chain = Chain()
    entries = await running.store.unchained(1_000)
    links = chain.links([entry for _seq, entry in entries])
    await running.store.chain(
        [(link.position, seq, link.hash) for link, (seq, _entry) in zip(links, entries, strict=True)]
    )
