"""Conversations: calls and letters in their order, answered in time, made clear first, and filed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.connectors.finding import Connectors
from closeloop.chassis.connectors.hooks import Carried, Outgoing
from closeloop.chassis.packs import Pack, load_pack
from closeloop.contracts.dispatch import DutyStepped
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.contracts.intake import MessageWritten

TALKS = Path(__file__).parents[3] / "chassis" / "tests" / "packs" / "talks"
AN_ENQUIRY = {
    "procedure": "P00",
    "kind": "enquiry",
    "channel": "letter",
    "content": "贵处何时开门？",
    "customer": {"name": "王先生", "phone": "13800000031"},
}


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack(TALKS)


@pytest.fixture
def ends(published):
    """`await ends("4")`: how the occasions of a clause stand, with what they hang on."""

    async def of(clause: str) -> list[tuple[str, str]]:
        return [
            (one.of, one.end.value)
            for event in await published()
            for one in event.occasions
            if one.clause == f"P00-{clause}"
        ]

    return of


@pytest.fixture
def say(api):
    """`await say(case, text="…")`: something is said to the customer, an answer if nothing else is written."""

    async def said(case: dict[str, Any], path: str = "", **more: Any) -> Any:
        body = more if path else {"says": "answers", "text": "九点。", **more}
        return await api.post(f"/api/intake/cases/{case['id']}/messages{path}", json=body)

    return said


@pytest.fixture
def messages(api):
    """`await messages(case)`: what was said, in its order."""

    async def of(case: dict[str, Any]) -> list[dict[str, Any]]:
        return list((await api.get(f"/api/intake/cases/{case['id']}/messages")).json()["items"])

    return of


async def test_a_letter_is_the_first_message_and_waits_for_an_answer(register, messages, ends, published):
    case = await register(AN_ENQUIRY)
    [first] = await messages(case)
    assert (first["number"], first["direction"], first["says"], first["text"]) == (1, "in", "asks", "贵处何时开门？")
    assert await ends("3") == [("message:1", "kept")]
    assert await ends("4") == [("message:1:answering", "opened")]
    [task] = await published(TaskOpened)
    assert (task.kind, task.desk, task.due_at is not None) == ("answer_message", "customer_service", True)


async def test_what_comes_in_another_way_or_is_another_matter_begins_no_conversation(register, messages, ends):
    assert await messages(await register({**AN_ENQUIRY, "channel": "visit"})) == []
    assert await messages(await register({**AN_ENQUIRY, "kind": "complaint"})) == []
    assert await ends("4") == []


async def test_an_answer_in_time_keeps_the_limit_and_is_told(register, say, ends, published):
    case = await register(AN_ENQUIRY)
    answer = await say(case, filed_as="来函卷1")
    assert answer.status_code == 201, answer.text
    assert await ends("4") == [("message:1:answering", "opened"), ("message:1:answering", "kept")]
    assert await ends("6") == [("message:2:filed", "kept")]
    [told] = await published(MessageWritten)
    assert (told.number, told.direction, told.says, told.answers) == (2, "out", "answers", 1)
    assert [task.kind for task in await published(TaskClosed)] == ["answer_message"]


async def test_informing_is_no_answer(register, say, ends, house):
    case = await register(AN_ENQUIRY)
    await say(case, says="informs", text="已收到")
    await house.advance(days=2)
    assert await ends("4") == [("message:1:answering", "opened"), ("message:1:answering", "breached")]


async def test_what_is_unclear_is_not_answered_before_it_was_found_out(register, say, ends, messages):
    case = await register(AN_ENQUIRY)
    assert (await say(case, "/1/unclear")).status_code == 200
    refused = await say(case)
    assert (refused.status_code, refused.json()["clause"]) == (409, "P00-5")
    explained = await say(case, direction="in", channel="telephone", says="clarifies", text="指周日")
    assert explained.json()["answers"] == 1
    assert (await say(case)).status_code == 201
    assert await ends("5") == [
        ("message:1:clear", "opened"),
        ("attempt:write_message", "prevented"),
        ("message:1:clear", "kept"),
    ]
    assert [one["number"] for one in await messages(case)] == [1, 2, 3]


async def test_a_reply_that_is_not_filed_holds_the_case_open(register, say, mark, see, ends, published):
    case = await register(AN_ENQUIRY)
    await say(case)
    await mark(case, "handled")
    assert (await see(case["id"]))["status"] == "handled"
    assert [task.kind for task in await published(TaskOpened)] == ["answer_message", "file_reply"]
    assert (await say(case, "/2/filing", filed_as="来函卷1")).status_code == 200
    assert (await see(case["id"]))["status"] == "closed"
    assert await ends("6") == [("message:2:filed", "opened"), ("message:2:filed", "kept")]
    assert (await say(case, "/2/filing", filed_as="来函卷1")).status_code == 409


async def test_an_unanswered_letter_holds_the_case_open_until_its_limit_has_passed(register, mark, see, house):
    case = await register(AN_ENQUIRY)
    await mark(case, "handled")
    assert (await see(case["id"]))["status"] == "handled"
    await house.advance(days=1, seconds=1)
    assert (await see(case["id"]))["status"] == "closed"


async def test_a_further_question_waits_for_an_answer_of_its_own(register, say, ends):
    case = await register(AN_ENQUIRY)
    await say(case, filed_as="卷1")
    await say(case, direction="in", says="asks", text="那周六呢？")
    await say(case, filed_as="卷1")
    assert [of for of, end in await ends("4") if end == "kept"] == ["message:1:answering", "message:3:answering"]


async def test_what_is_written_down_late_is_said_to_be_late_and_keeps_its_place(register, say, messages, house):
    case = await register({**AN_ENQUIRY, "received_at": None})
    await house.advance(hours=2)
    earlier = (await messages(case))[0]["at"]
    await say(case, filed_as="卷1")
    await say(case, says="informs", text="已电话告知", at=earlier)
    shown = await messages(case)
    assert [(one["number"], one["is_late"]) for one in shown] == [(1, False), (2, False), (3, True)]
    future = await say(case, says="informs", text="明天", at="2099-01-01T00:00:00Z")
    assert future.status_code == 409


async def test_an_answer_counts_by_when_it_was_given(register, say, ends, house):
    case = await register(AN_ENQUIRY)
    await house.advance(hours=1)
    given = house.clock.now().isoformat()
    await house.advance(days=2)
    await say(case, at=given, filed_as="卷1")
    assert [end for _of, end in await ends("4")] == ["opened", "breached", "withdrawn", "kept"]


async def test_a_closed_case_is_only_informed_about(register, say, mark):
    case = await register({**AN_ENQUIRY, "channel": "visit"})
    await mark(case, "handled")
    assert (await say(case)).status_code == 409
    assert (await say(case, says="informs", text="谢谢来访")).status_code == 201


@pytest.mark.parametrize(
    "nonsense",
    [
        {"direction": "in", "says": "answers"},
        {"is_unclear": True},
        {"says": "informs", "filed_as": "卷1"},
        {"text": ""},
    ],
)
async def test_a_message_says_one_thing(register, say, nonsense):
    assert (await say(await register(AN_ENQUIRY), **nonsense)).status_code == 422


async def test_the_page_shows_the_conversation_and_writes_on_in_it(register, api):
    case = await register(AN_ENQUIRY)
    page = f"/intake/cases/{case['number']}/messages"
    assert "贵处何时开门" in (await api.get(page)).text
    assert page in (await api.get(f"/intake/cases/{case['number']}")).text
    assert (await api.post(f"{page}/1/unclear")).status_code == 303
    said = {"kind": "in clarifies", "text": "指周日", "channel": "telephone"}
    assert (await api.post(page, data=said)).status_code == 303
    answer = {"kind": "out answers", "text": "九点", "channel": "letter"}
    assert (await api.post(page, data=answer)).status_code == 303
    assert (await api.post(f"{page}/3/filing", data={"filed_as": "来函卷1"})).status_code == 303
    shown = (await api.get(page)).text
    assert "来函卷1" in shown
    wrong = await api.post(page, data={"kind": "out answers", "text": "", "channel": "letter"})
    assert wrong.status_code == 422


class Post:
    """A mail server that takes everything."""

    repeats_safely = False

    def __init__(self) -> None:
        self.carried: list[Outgoing] = []
        self.answer = Carried("sent", reference="250 ok as 7F3")

    def lacks(self) -> None:
        return None

    def takes(self, goes_to: str) -> bool:
        return True

    async def carry(self, letter: Outgoing) -> Carried:
        self.carried.append(letter)
        return self.answer


@pytest.fixture
def post(running) -> Post:
    post = Post()
    running.connectors = Connectors(channels={"mail": post})
    return post


BY_MAIL = {**AN_ENQUIRY, "customer": {"name": "王先生", "email": "wang@example.com"}}


async def test_an_answer_by_mail_is_filed_by_itself_when_it_has_left(
    register, say, messages, post, running, house, ends
):
    case = await register(BY_MAIL)
    assert (await say(case, by_mail=True)).status_code == 201
    assert (await messages(case))[1]["filed_at"] is None and await ends("6") == [("message:2:filed", "opened")]
    assert await running.sender.send_due() == 1
    await house.fire()
    [letter] = post.carried
    assert letter.goes_to == "wang@example.com" and letter.text == "九点。" and case["number"] in letter.subject
    assert (await messages(case))[1]["filed_as"] == "mail 250 ok as 7F3"
    assert await ends("6") == [("message:2:filed", "opened"), ("message:2:filed", "kept")]


async def test_an_answer_that_did_not_leave_is_not_filed(register, say, messages, post, running, house, ends):
    post.answer = Carried("failed")
    case = await register(BY_MAIL)
    await say(case, by_mail=True)
    await running.sender.send_due()
    await house.fire()
    assert (await messages(case))[1]["filed_at"] is None and await ends("6") == [("message:2:filed", "opened")]


async def test_nobody_answers_by_mail_where_none_can_arrive(register, say, post, running):
    assert (await say(await register(AN_ENQUIRY), by_mail=True)).status_code == 409
    running.connectors = Connectors()
    assert (await say(await register(BY_MAIL), by_mail=True)).status_code == 409
    assert (await say(await register(BY_MAIL), by_mail=True, filed_as="卷1")).status_code == 422


async def test_what_the_customer_was_told_while_it_was_handled_stands_there_too(register, messages, hear, api):
    case = await register(AN_ENQUIRY)
    header = {"id": case["id"], "number": case["number"], "kind": "enquiry", "basic_kind": "enquiry"}
    header |= {"procedure": "P00", "procedure_version": "1.0"}
    said = {"step": "progress", "to": "customer", "how": "written", "text": "明天上门。", "duty_id": f"{case['id']}.1"}
    told = DutyStepped.model_validate(
        {
            "id": f"main.dispatch.{case['id']}.1",
            "key": case["id"],
            "sequence": 1,
            "by": "repair-1",
            "case": header,
            "desk": "customer_service",
            "number": 1,
            "rule": "handle",
            "form": "sheet",
            **said,
        }
    )
    await hear(told, teller="dispatch")
    await hear(told.model_copy(update={"id": told.id + "0", "sequence": 2, "to": "quality"}), teller="dispatch")
    _asked, informed = await messages(case)
    assert (informed["says"], informed["direction"], informed["text"]) == ("informs", "out", "明天上门。")
    page = (await api.get(f"/intake/cases/{case['number']}/messages")).text
    assert "明天上门。" in page and "In writing" in page
