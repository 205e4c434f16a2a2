"""What a customer is told in writing goes out by mail where there is an address and a channel, once it is on record."""

from __future__ import annotations

import pytest

from closeloop.chassis.connectors.finding import Connectors
from closeloop.chassis.connectors.hooks import Carried, Outgoing
from closeloop.chassis.i18n import Sentence
from closeloop.chassis.packs import Pack
from closeloop.contracts.every import TaskOpened
from closeloop.contracts.intake import CaseAssessed

CLEANING = "cleaning-head"
SAID = {"what": "measure", "text": "今晚补打扫"}


class Post:
    """Carries nothing anywhere."""

    repeats_safely = False

    def __init__(self) -> None:
        self.carried: list[Outgoing] = []
        self.answer = Carried("sent")

    def lacks(self) -> Sentence | None:
        return None

    def takes(self, goes_to: str) -> bool:
        return True

    async def carry(self, letter: Outgoing) -> Carried:
        self.carried.append(letter)
        return self.answer


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "tellings.yaml")


def with_address(case: CaseAssessed) -> CaseAssessed:
    """The customer left a mail address."""
    return case.model_copy(update={"customer": case.customer.model_copy(update={"email": "li@example.org"})})


@pytest.fixture
def post(running) -> Post:
    post = Post()
    running.connectors = Connectors(channels={"mail": post})
    return post


async def test_what_is_told_in_writing_goes_out_by_mail(hear, a_complaint, step, running, post):
    await hear(with_address(a_complaint()))
    await step(CLEANING, "tell", how="spoken", **SAID)
    assert await running.sender.send_due() == 0
    await step(CLEANING, "tell", how="written", **SAID)
    assert post.carried == [] and await running.sender.send_due() == 1
    [letter] = post.carried
    assert letter.goes_to == "li@example.org" and letter.text == SAID["text"]


async def test_without_an_address_it_went_some_other_way(hear, a_complaint, step, running, post):
    await hear(a_complaint())
    await step(CLEANING, "tell", how="written", **SAID)
    assert await running.sender.send_due() == 0


async def test_a_mail_that_is_refused_is_a_task_of_the_desk_that_wrote_it(
    hear, a_complaint, step, running, post, published
):
    post.answer = Carried("failed", reason="550 no such person")
    await hear(with_address(a_complaint()))
    await step(CLEANING, "tell", how="written", **SAID)
    await running.sender.send_due()
    [task] = [task for task in await published(TaskOpened) if task.kind == "letter"]
    assert task.desk == "cleaning" and task.url.startswith("/dispatch/letters/")
