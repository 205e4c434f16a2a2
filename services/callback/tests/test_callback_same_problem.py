"""The same problem of several customers: put together by a person, answered once, counted once for each."""

import pytest

from closeloop.contracts.callback import CallbackAttempted
from closeloop.contracts.every import AttemptRefused, MarkSet
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.vocabulary import OccasionEnd

PROBLEMS = "/api/callback/same-problems"
HTML = {"accept": "text/html", "origin": "http://closeloop"}
LETTER = {"text": "电梯大修通知", "place": "大门公告栏", "date": "2026-01-05", "archive_reference": "HF-2026-01"}
ASKED = {"note": "三户均已电话说明", "form": "telephone", "outcome": "satisfied"}


@pytest.fixture
async def three(hear, about, handled):
    """Three complaints about the same lift."""
    for number in (1, 2, 3):
        await hear(about(CaseAssessed, number=number))
        await hear(handled(number=number))
    return [f"case{number}.1" for number in (1, 2, 3)]


@pytest.fixture
async def problem(three, api, house):
    answer = await api.post(PROBLEMS, json={"problem": "电梯经常停运", "callbacks": three})
    assert answer.status_code == 201, answer.text
    await house.advance(minutes=1)
    return answer.json()["id"]


async def ended(published, clause):
    return [one.end for event in await published() for one in event.occasions if one.clause == clause]


async def test_one_record_answers_all_and_every_customer_counts_once(problem, api, house, published):
    answer = await api.post(f"{PROBLEMS}/{problem}/answer", json=ASKED)
    assert answer.status_code == 201, answer.text
    await house.advance(minutes=1)
    told = await published(CallbackAttempted)
    assert sorted(event.case.id for event in told) == ["case1", "case2", "case3"]
    assert {(event.counts, event.caller, event.same_problem) for event in told} == {(True, "desk-1", problem)}
    assert {mark.mark for mark in await published(MarkSet)} == {"satisfied"}
    assert await ended(published, "P00-4.7-b") == [OccasionEnd.KEPT] * 3
    records = (await api.get("/api/callback/records", params={"key": problem})).json()["items"]
    assert [one["form"] for one in records] == ["qr_023"] and records[0]["hash"]
    assert "同类问题" in records[0]["fields"]["callback"]
    assert (await api.get("/api/callback/records?key=case1")).json()["items"] == []
    [covered] = [
        one for one in (await api.get("/api/callback/coverage")).json()["items"] if one["coverage"] == "complaints"
    ]
    assert (covered["handled"], covered["called_back"], covered["rate"]) == (3, 3, 100)


async def test_a_public_letter_answers_them_and_is_kept_in_the_file(problem, api, house, published):
    body = {"note": "以公开信答复", "letter": LETTER}
    answer = await api.post(f"{PROBLEMS}/{problem}/answer", json=body)
    assert answer.status_code == 201, answer.text
    await house.advance(minutes=1)
    told = await published(CallbackAttempted)
    assert {(event.form, event.outcome, event.counts) for event in told} == {("letter", "answered", True)}
    assert {mark.mark for mark in await published(MarkSet)} == {"waived"}
    for clause in ("P00-4.7-b", "P00-4.10-a"):
        assert await ended(published, clause) == [OccasionEnd.KEPT] * 3
    assert await ended(published, "P00-4.10-b") == [OccasionEnd.KEPT]
    letter = (await api.get(f"/api/callback/records/{answer.json()['letter']}")).json()
    assert letter["form"] == "public_letter" and letter["hash"] and letter["archived_at"]
    assert letter["fields"]["archive_reference"] == letter["number"] == "HF-2026-01"
    assert letter["fields"]["cases"].count("、") == 2 and letter["signatures"]


async def test_who_was_asked_alone_meanwhile_is_not_counted_twice(problem, api, house, published):
    call = {"form": "telephone", "outcome": "satisfied"}
    await api.post("/api/callback/callbacks/case2.1/attempts", json=call)
    await api.post(f"{PROBLEMS}/{problem}/answer", json=ASKED)
    await house.advance(minutes=1)
    assert sorted(event.case.id for event in await published(CallbackAttempted)) == ["case1", "case2", "case3"]
    shown = (await api.get(f"{PROBLEMS}/{problem}")).json()
    assert [one["status"] for one in shown["callbacks"]] == ["done"] * 3
    assert {one["same_problem"] for one in shown["callbacks"]} == {problem}


async def test_an_answer_is_written_down_once(problem, api, house, published):
    await api.post(f"{PROBLEMS}/{problem}/answer", json=ASKED)
    again = await api.post(f"{PROBLEMS}/{problem}/answer", json=ASKED)
    assert again.status_code == 409 and again.json()["clause"] == "P00-4.7-b"
    assert [event.clause for event in await published(AttemptRefused)] == ["P00-4.7-b"]


async def test_nobody_signs_for_all_at_a_visit(problem, api):
    answer = await api.post(f"{PROBLEMS}/{problem}/answer", json=ASKED | {"form": "visit"})
    assert answer.status_code == 409 and answer.json()["clause"] == "P00-4.4-d2"


@pytest.mark.parametrize(
    "said, status",
    [
        ({"callbacks": ["case1.1"]}, 422),
        ({"callbacks": ["case1.1", "case9.1"]}, 404),
        ({"callbacks": ["case1.1", "case4.1"]}, 403),  # a repair lies on another desk
        ({"problem": ""}, 422),
    ],
)
async def test_what_does_not_belong_together_stays_apart(three, api, hear, about, handled, said, status):
    await hear(about(CaseAssessed, "repair", 4))
    await hear(handled("repair", 4))
    answer = await api.post(PROBLEMS, json={"problem": "电梯", "callbacks": three} | said)
    assert answer.status_code == status, answer.text
    assert (await api.get(PROBLEMS)).json()["items"] == []


async def test_a_repair_is_answered_for_itself(three, api, hear, about, handled, house):
    await hear(about(CaseAssessed, "repair", 4))
    await hear(handled("repair", 4))
    head = house.headers("customer-service-head")
    answer = await api.post(PROBLEMS, json={"problem": "电梯", "callbacks": [*three, "case4.1"]}, headers=head)
    assert answer.status_code == 409 and answer.json()["clause"] == "P00-4.7-b"


async def test_a_callback_belongs_to_one_problem(problem, three, api):
    answer = await api.post(PROBLEMS, json={"problem": "电梯又坏", "callbacks": three})
    assert answer.status_code == 409


async def test_strangers_see_nothing_of_it(problem, api, house):
    stranger = house.headers("repair-leader")
    assert (await api.get(PROBLEMS, headers=stranger)).json()["items"] == []
    assert (await api.get(f"{PROBLEMS}/{problem}", headers=stranger)).status_code == 404
    answer = await api.post(f"{PROBLEMS}/{problem}/answer", json=ASKED, headers=stranger)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"note": "x" * 2, "letter": LETTER | {"text": ""}},
        {"note": ""},
        {"note": "说明", "letter": {"text": "信"}},
    ],
)
async def test_an_answer_that_is_not_complete_is_refused(problem, api, said, published):
    assert (await api.post(f"{PROBLEMS}/{problem}/answer", json=said)).status_code == 422
    assert await published(CallbackAttempted) == []


async def test_without_a_letter_the_customers_have_to_be_asked(problem, api):
    answer = await api.post(f"{PROBLEMS}/{problem}/answer", json={"note": "已说明"})
    assert answer.status_code == 409


@pytest.mark.parametrize("language, words", [("zh", "同类问题"), ("en", "Same problems")])
async def test_callbacks_are_put_together_and_answered_on_pages(three, api, house, language, words, published):
    desk = HTML | house.headers("desk-1", language)
    page = await api.get("/callback/same-problems", headers=desk)
    assert page.status_code == 200 and words in page.text and 'value="case1.1"' in page.text
    lonely = await api.post("/callback/same-problems", data={"problem": "电梯", "callbacks": "case1.1"}, headers=desk)
    assert lonely.status_code == 409
    sent = {"problem": "电梯停运", "callbacks": ["case1.1", "case2.1"]}
    made = await api.post("/callback/same-problems", data=sent, headers=desk)
    assert made.status_code == 303, made.text
    await house.advance(minutes=1)
    url = made.headers["location"]
    shown = await api.get(url, headers=desk)
    assert "电梯停运" in shown.text and 'name="archive_reference"' in shown.text
    form = {"note": "已答复", "text": "公开信", "place": "大门", "day": "2026-01-05", "archive_reference": "HF-1"}
    answer = await api.post(f"{url}/answer", data=form, headers=desk)
    assert answer.status_code == 303, answer.text
    await house.advance(minutes=1)
    assert len(await published(CallbackAttempted)) == 2
    assert "HF-1" not in (done := (await api.get(url, headers=desk)).text) and "/callback/records/" in done
