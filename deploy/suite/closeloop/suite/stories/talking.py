"""What people of a story say to a customer, and what the customer says to them."""

from __future__ import annotations

from closeloop.contracts.procedure.scenario import Move
from closeloop.suite.stories.stage import Answer, Stage, part
from closeloop.suite.stories.words import somebody, word


@word("write_message")
def write_message(stage: Stage, move: Move) -> Answer:
    """Something that was said is written down."""
    return stage.post(somebody(stage, move), _messages(stage), move.with_)


@word("answer")
def answer(stage: Stage, move: Move) -> Answer:
    """The customer is answered."""
    return stage.post(somebody(stage, move), _messages(stage), {"direction": "out", "says": "answers", **move.with_})


@word("mark_unclear")
def mark_unclear(stage: Stage, move: Move) -> Answer:
    """Nobody knows yet what the customer means."""
    return stage.post(somebody(stage, move), f"{_messages(stage)}/{part(move.with_['number'])}/unclear", {})


@word("file_reply")
def file_reply(stage: Stage, move: Move) -> Answer:
    """A reply is filed."""
    said = dict(move.with_)
    return stage.post(somebody(stage, move), f"{_messages(stage)}/{part(said.pop('number'))}/filing", said)


def _messages(stage: Stage) -> str:
    return f"/api/intake/cases/{part(stage.case_id)}/messages"
