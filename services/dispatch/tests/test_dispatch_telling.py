"""Who is told while a duty is handled: what waits for it, what is asked for again, and who takes over when called."""

from __future__ import annotations

import pytest

from closeloop.chassis.connectors.finding import Connectors
from closeloop.chassis.connectors.hooks import Carried, Outgoing
from closeloop.chassis.packs import Pack
from closeloop.contracts.dispatch import DutyStepped, LimitMissed
from closeloop.contracts.every import TaskClosed, TaskOpened

HEAD, CLEANING, DESK = "customer-service-head", "cleaning-head", "desk-1"
DONE = {"outcome": "solved", "conclusion": "已补打扫"}
SAID = {"what": "measure", "text": "今晚补打扫"}


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "tellings.yaml")


async def test_a_step_waits_until_the_customer_was_told(hear, a_complaint, step, ends, published):
    await hear(a_complaint())
    assert await ends("say") == [("duty:1:measure", "opened")]
    asked = [task for task in await published(TaskOpened) if task.kind == "tell"]
    assert {task.desk for task in asked} == {"cleaning"}
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    refused = await step(CLEANING, "return", status=409)
    assert refused["clause"] == "P00-say" and "Say what will be done" in refused["detail"]
    duty = await step(CLEANING, "tell", how="written", **SAID)
    [told] = duty["told"]
    assert (told["what"], told["to"], told["by"], told["how"]) == ("measure", "customer", CLEANING, "written")
    assert "今晚补打扫" in duty["fields"]["told_what"]
    [event] = await published(DutyStepped)
    assert (event.step, event.to, event.how, event.text) == ("measure", "customer", "written", "今晚补打扫")
    assert ("duty:1:measure", "kept") in await ends("say")
    await step(CLEANING, "return")


@pytest.mark.parametrize(
    ("login", "said", "sentence"),
    [
        (CLEANING, {**SAID, "what": "nothing"}, "Nobody has to be told “nothing”"),
        (DESK, SAID, "This is for"),
        (CLEANING, {**SAID, "what": "call"}, "takes over by accepting"),
    ],
)
async def test_whoever_has_the_duty_tells_what_is_to_be_told(hear, a_complaint, step, login, said, sentence):
    await hear(a_complaint())
    assert sentence in (await step(login, "tell", status=409, **said))["detail"]


async def test_what_repeats_is_asked_for_from_one_telling_to_the_next(hear, a_complaint, step, ends, house, published):
    await hear(a_complaint())
    assert await ends("again") == []
    await step(CLEANING, "tell", **SAID)
    await house.advance(hours=3)
    await step(CLEANING, "tell", what="progress", text="已派人")
    assert [end for _of, end in await ends("again")] == ["kept", "opened"]
    await house.advance(hours=5)
    assert [missed.limit for missed in await published(LimitMissed)] == ["progress"]
    await house.advance(hours=20)
    assert len(await published(LimitMissed)) == 1, "silence is said once"
    await step(CLEANING, "tell", what="progress", text="明早完成")
    assert [end for _of, end in await ends("again")] == ["kept", "breached", "opened"]
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)
    await step(CLEANING, "return")
    assert [end for _of, end in await ends("again")] == ["kept", "breached", "withdrawn"]
    await house.advance(hours=20)
    assert len(await published(LimitMissed)) == 1


async def test_whoever_is_called_takes_over_by_accepting(hear, a_complaint, step, ends, published):
    await hear(a_complaint())
    await step(CLEANING, "accept")
    assert await ends("call") == []
    await hear(a_complaint(facets={"mood": "angry"}))
    assert await ends("call") == [("duty:1:call", "opened")]
    [called] = [task for task in await published(TaskOpened) if task.kind == "called"]
    assert called.desk == "customer_service_head"
    assert (await step(CLEANING, "finish", status=409, **DONE))["clause"] == "P00-call"
    duty = await step(HEAD, "accept")
    assert duty["desk"] == "customer_service_head" and duty["steps"]["accept"]["by"] == HEAD
    assert ("duty:1:call", "kept") in await ends("call")
    assert called.task_id in {task.task_id for task in await published(TaskClosed)}
    assert "is for" in (await step(CLEANING, "finish", status=409, **DONE))["detail"]
    await step(HEAD, "finish", **DONE)


async def test_nobody_is_called_any_more_once_the_customer_is_calm(hear, a_complaint, step, ends):
    await hear(a_complaint(facets={"mood": "angry"}))
    await hear(a_complaint(facets={"mood": "calm"}))
    assert await ends("call") == [("duty:1:call", "not_applicable")]
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", **DONE)


async def test_a_duty_that_is_withdrawn_tells_nobody(hear, a_complaint, published, ends):
    await hear(a_complaint())
    await hear(a_complaint(facets={"crosses_departments": "yes"}))
    assert await ends("say") == [("duty:1:measure", "withdrawn")]
    opened = {task.task_id for task in await published(TaskOpened) if task.kind == "tell"}
    assert opened <= {task.task_id for task in await published(TaskClosed)}


async def test_the_page_offers_what_is_to_be_told(hear, a_complaint, step, api, house):
    await hear(a_complaint(facets={"mood": "angry"}))
    page = (await api.get("/dispatch/cases/case-1/duties/1?lang=en", headers=house.headers(CLEANING))).text
    assert "Say how far it is" in page and "was called" in page
    page = (await api.get("/dispatch/cases/case-1/duties/1?lang=en", headers=house.headers(HEAD))).text
    assert "Take it over" in page
    sent = {"what": "measure", "how": "spoken", "text": "马上来"}
    answer = await api.post("/dispatch/cases/case-1/duties/1/tell", data=sent, headers=house.headers(CLEANING))
    assert answer.status_code == 303
    assert "马上来" in (await api.get("/dispatch/cases/case-1/duties/1", headers=house.headers(CLEANING))).text


async def test_a_desk_that_was_told_says_that_it_has_read_it(hear, a_complaint, step, api, house, published):
    await hear(a_complaint(place="river-towers"))
    told = await step(CLEANING, "tell", what="upwards", text="连续三天漏扫", how="written")
    assert told["told"][0]["read"] is False
    [task] = [task for task in await published(TaskOpened) if task.kind == "read_notice"]
    assert task.desk == "management_representative"
    top = "management-representative"
    page = (await api.get("/dispatch/cases/case-1/duties/1?lang=en", headers=house.headers(top))).text
    assert "To be read by" in page and "Report upwards" in page
    read = await step(top, "steps/upwards/read")
    assert read["told"][0]["read"]["by"] == top
    assert task.task_id in {task.task_id for task in await published(TaskClosed)}
    assert "nothing to read" in (await step(top, "steps/upwards/read", status=409))["detail"]


class Mail:
    """Carries letters into a list."""

    repeats_safely = True

    def __init__(self) -> None:
        self.carried: list[Outgoing] = []

    def lacks(self) -> None:
        return None

    def takes(self, goes_to: str) -> bool:
        return True

    async def carry(self, letter: Outgoing) -> Carried:
        self.carried.append(letter)
        return Carried("sent", reference="1")


@pytest.mark.parametrize(("how", "letters"), [("written", 1), ("spoken", 0)])
async def test_what_is_told_in_writing_goes_out_by_mail(hear, a_complaint, step, house, how, letters):
    house.running.connectors = Connectors(channels={"mail": Mail()})
    case = a_complaint()
    customer = case.customer.model_copy(update={"email": "wang@example.org", "language": "en"})
    await hear(case.model_copy(update={"customer": customer}))
    await step(CLEANING, "tell", how=how, **SAID)
    written = await house.running.store.fetch("select kind, goes_to, subject, language from letters")
    assert len(written) == letters
    if written:
        [(kind, goes_to, subject, language)] = written
        assert (kind, goes_to, language) == ("told", "wang@example.org", "en")
        assert subject.endswith("Say what will be done")
