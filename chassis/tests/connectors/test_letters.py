"""Letters: written with the work, sent after it is on disk, and never lost from sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.connectors.finding import Connectors
from closeloop.chassis.connectors.hooks import Carried, Channel, Notifier, Outgoing
from closeloop.chassis.connectors.letter import Letter, LetterState
from closeloop.chassis.connectors.writing import write_letter
from closeloop.chassis.hearing import Hears
from closeloop.chassis.i18n import Sentence
from closeloop.chassis.piece import Piece
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import table_of
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.store.tables import Task
from closeloop.chassis.work import Work

ADDRESS = "wang@example.org"


class Post:
    """Carries letters to wherever a test wants them."""

    repeats_safely = False

    def __init__(self, *answers: Carried) -> None:
        self.answers = list(answers)
        self.carried: list[Outgoing] = []

    def lacks(self) -> Sentence | None:
        return None

    def takes(self, goes_to: str) -> bool:
        return True

    def reaches(self, desk: str) -> bool:
        return desk == "customer_service"

    async def carry(self, letter: Outgoing) -> Carried:
        self.carried.append(letter)
        answer = self.answers.pop(0) if self.answers else Carried("sent", reference="42")
        if answer.reason == "raises":
            raise ConnectionResetError("the line broke")
        return answer


hears = Hears()


@hears.letter("progress")
def note_how_it_went(letter: Letter, work: Work) -> None:
    """The case knows how its letter went."""
    assert work.piece.keys[1] == letter.about
    HEARD.append((letter.about, letter.state))


HEARD: list[tuple[str, str]] = []


@pytest.fixture
def service() -> Service:
    HEARD.clear()
    return Service("chassis", [], hears)


@pytest.fixture
def post(running: Running) -> Post:
    post = Post()
    assert isinstance(post, Channel) and isinstance(post, Notifier)
    running.connectors = Connectors(channels={"post": post})
    return post


@pytest.fixture
def act(running: Running, a_person: Any) -> Callable[..., Any]:
    here.set(running)

    async def act(what: Callable[[Work], Any], key: str = "case-1") -> Any:
        return (await running.submit(Piece("write", "http", (key,), what, by=a_person("desk-1")))).result

    return act


def a_letter(work: Work, **more: Any) -> Letter:
    said: dict[str, Any] = {
        "kind": "progress",
        "subject": "投诉的进展",
        "text": "已安排维修。",
        "desk": "customer_service",
    }
    return write_letter(work, "post", ADDRESS, **{**said, **more})


async def the_letter(running: Running) -> Letter:
    [found] = await running.read.rows(Letter, table_of(Letter).select())
    return found


async def tasks(running: Running) -> list[Task]:
    return await running.read.rows(Task, table_of(Task).select().where(table_of(Task).c.closed_at.is_(None)))


async def test_a_letter_goes_out_once_after_the_work_is_on_disk(running, act, post):
    await act(a_letter)
    assert post.carried == []
    assert await running.sender.send_due() == 1
    assert await running.sender.send_due() == 0
    [carried] = post.carried
    assert (carried.goes_to, carried.subject, carried.language) == (ADDRESS, "投诉的进展", "zh")
    letter = await the_letter(running)
    assert (letter.state, letter.reference, letter.tries) == (LetterState.SENT, "42", 1)
    assert HEARD == [("case-1", "sent")]


async def test_before_it_leaves_it_is_marked_as_being_sent_on_disk(running, act, post):
    seen = []

    async def look(letter: Outgoing) -> Carried:
        seen.append((await the_letter(running)).state)
        return Carried("sent")

    await act(a_letter)
    post.carry = look
    await running.sender.send_due()
    assert seen == [LetterState.SENDING]


async def test_work_that_is_refused_writes_no_letter(running, act, post):
    def refused(work: Work) -> None:
        a_letter(work)
        raise Refused("no")

    with pytest.raises(Refused):
        await act(refused)
    assert await running.sender.send_due() == 0


async def test_what_is_not_taken_now_is_tried_again_after_growing_pauses_and_fails_at_last(running, act, post, house):
    post.answers = [Carried("again", reason="450 come later")] * 6
    await act(a_letter)
    waited = []
    for _attempt in range(6):
        before = running.now()
        while not await running.sender.send_due():
            await house.advance(minutes=1)
        waited.append((running.now() - before).total_seconds())
    assert waited == [0, 60, 300, 1800, 7200, 21600]
    letter = await the_letter(running)
    assert (letter.state, letter.tries) == (LetterState.FAILED, 6) and letter.reason == dict.fromkeys(
        ("zh", "en"), "450 come later"
    )
    [task] = await tasks(running)
    assert (task.desk, task.of, task.url) == ("customer_service", letter.id, f"/chassis/letters/{letter.id}")


async def test_a_line_that_breaks_leaves_it_unclear_and_a_person_decides(running, act, post, api, house):
    post.answers = [Carried("unclear", reason="raises")]
    await act(a_letter)
    await running.sender.send_due()
    letter = await the_letter(running)
    assert letter.state is LetterState.UNCLEAR and "the line broke" in str(letter.reason)
    assert await running.sender.send_due() == 0
    headers = house.headers("desk-1")
    [listed] = (await api.get("/api/chassis/letters?state=unclear", headers=headers)).json()["items"]
    assert listed["id"] == letter.id
    again = await api.post(f"/api/chassis/letters/{letter.id}/send", headers=headers)
    assert again.status_code == 200 and await tasks(running) == []
    await running.sender.send_due()
    assert (await the_letter(running)).state is LetterState.SENT and len(post.carried) == 2
    assert post.carried[0].id == post.carried[1].id
    once_more = await api.post(f"/api/chassis/letters/{letter.id}/send", headers=headers)
    assert once_more.status_code == 409


async def test_where_twice_does_no_harm_what_is_unclear_is_sent_again_by_itself(running, act, post, house):
    post.repeats_safely, post.answers = True, [Carried("unclear", reason="raises")]
    await act(a_letter)
    await running.sender.send_due()
    assert (await the_letter(running)).state is LetterState.WAITING
    await house.advance(minutes=1)
    await running.sender.send_due()
    assert (await the_letter(running)).state is LetterState.SENT


async def test_a_process_that_died_while_sending_leaves_it_unclear(running, act, post):
    await act(a_letter)

    def begun(work: Work) -> None:
        work.one(Letter).state = LetterState.SENDING

    letter = await the_letter(running)
    await act(begun, letter.id)
    await running.sender.look_back()
    found = await the_letter(running)
    assert found.state is LetterState.UNCLEAR and post.carried == []
    assert found.reason == {"zh": "发送时进程已结束。", "en": "The process ended while it was being sent."}


async def test_a_letter_is_let_go_with_a_reason_by_its_desk_only(running, act, post, api, house):
    post.answers = [Carried("failed", reason="550 no such person")]
    await act(a_letter)
    await running.sender.send_due()
    letter, path = await the_letter(running), "/api/chassis/letters"
    stranger = house.headers("repair-leader")
    assert (await api.get(f"{path}/{letter.id}", headers=stranger)).status_code == 404
    said = {"reason": "已当面告知"}
    refused = await api.post(f"{path}/{letter.id}/let-go", json=said, headers=stranger)
    assert refused.status_code in (403, 404)
    gone = await api.post(f"{path}/{letter.id}/let-go", json=said, headers=house.headers("desk-1"))
    assert gone.json()["state"] == "let_go" and gone.json()["decided_by"] == "desk-1"
    assert await tasks(running) == []


async def test_the_people_of_a_desk_are_told_of_what_comes_onto_it(running, act, post):
    running.connectors = Connectors(notifiers={"group": post})
    title = ("接单：2026-0001", "Accept 2026-0001")
    await act(lambda work: work.task(desk="customer_service", kind="accept", title=title, url="/dispatch/1"))
    await act(lambda work: work.task(desk="engineering", kind="accept", title=title, url="/dispatch/2"), "case-2")
    running.sender.origin = "https://desk.example"
    await running.sender.send_due()
    [told] = post.carried
    assert (told.goes_to, told.subject) == ("customer_service", title[0])
    assert told.url == "https://desk.example/dispatch/1"


async def test_a_message_to_a_desk_that_fails_makes_no_new_task(running, act, post):
    post.answers = [Carried("failed", reason="no group")]
    running.connectors = Connectors(notifiers={"group": post})
    await act(lambda work: work.task(desk="customer_service", kind="accept", title=("接单", "Accept"), url="/x"))
    await running.sender.send_due()
    assert [task.kind for task in await tasks(running)] == ["accept"]
    assert await running.sender.send_due() == 0


async def test_without_a_connector_nobody_is_written_to(running, act):
    await act(lambda work: work.task(desk="customer_service", kind="accept", title=("接单", "Accept"), url="/x"))
    assert await running.read.rows(Letter, table_of(Letter).select()) == []


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_pages_show_letters_and_what_may_be_decided(running, act, post, api, house, language):
    post.answers = [Carried("failed", reason="550 no such person")]
    await act(a_letter)
    await running.sender.send_due()
    letter = await the_letter(running)
    headers = {**house.headers("desk-1"), "Accept-Language": language}
    listed = await api.get("/chassis/letters?state=failed", headers=headers)
    assert "投诉的进展" in listed.text and f"/chassis/letters/{letter.id}" in listed.text
    shown = await api.get(f"/chassis/letters/{letter.id}", headers=headers)
    assert "550 no such person" in shown.text and "/let-go" in shown.text
    sent = await api.post(f"/chassis/letters/{letter.id}/let-go", data={"reason": "已当面告知"}, headers=headers)
    assert sent.status_code == 303
