"""An event on the wire, and back."""

import json
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.envelope import IN_ATTRIBUTES, SEALED_FOR, Garbage, Sealed, decode, encode
from closeloop.contracts.event import EVENTS, Event
from closeloop.contracts.every import OccasionsJudged, TaskClosed
from closeloop.contracts.examples import an_example, message, names
from closeloop.contracts.intake import CaseClosed
from closeloop.contracts.older import OlderEvent, versions_of


@pytest.mark.parametrize("name", names())
def test_what_is_told_is_what_is_heard(name: str) -> None:
    event = decode(message(name))
    service = json.loads(message(name))["source"].rsplit("/", 1)[1]
    assert decode(encode(event, branch="main", service=service)) == event


def test_what_stands_in_attributes_is_not_said_again() -> None:
    told = json.loads(encode(an_example(DutyIssued), branch="east"))
    assert told["source"] == "/closeloop/east/dispatch"
    assert told["type"] == "closeloop.duty.issued.v1"
    assert told["subject"] == told["data"]["case"]["id"]
    assert told["time"].endswith("Z")
    assert not IN_ATTRIBUTES & set(told["data"])


def test_what_is_not_known_is_left_out() -> None:
    told = json.loads(encode(an_example(DutyIssued, due_at=None), branch="main"))
    assert "due_at" not in told["data"]


def test_the_relay_puts_its_part_right_after_the_opening_brace() -> None:
    event = an_example(DutyIssued)
    told = encode(event, branch="main")
    assert told.startswith(b"{")
    spliced = b'{"position":7,"chain":"ab","traceparent":"00-1-2-01",' + told[1:]
    assert json.loads(spliced)["position"] == 7
    assert decode(spliced) == event


def test_a_message_of_another_hand_is_read_too() -> None:
    told = json.loads(encode(an_example(DutyIssued), branch="main"))
    other = dict(reversed(told.items())) | {"extension": "x"}
    other["data"]["something_new"] = {"from": "a later version"}
    assert decode(json.dumps(other, indent=4).encode()) == an_example(DutyIssued)


def test_what_is_sealed_is_no_event_though_nothing_of_it_is_required() -> None:
    told = json.loads(encode(an_example(OccasionsJudged), branch="main", service="intake"))
    told |= {SEALED_FOR: "restricted", "data": {"matter": "m", "sealed": "s"}}
    with pytest.raises(Sealed, match="restricted"):
        decode(json.dumps(told, separators=(",", ":")).encode())


def test_what_every_service_tells_names_its_service() -> None:
    told = encode(an_example(TaskClosed), branch="main", service="survey")
    assert json.loads(told)["source"] == "/closeloop/main/survey"
    with pytest.raises(ValueError, match="say which one with service="):
        encode(an_example(TaskClosed), branch="main")


def test_a_subject_names_branch_service_and_what_happened() -> None:
    assert DutyIssued.nats_subject("main") == "closeloop.main.dispatch.duty.issued.v1"
    assert TaskClosed.nats_subject("main", "stats") == "closeloop.main.stats.task.closed.v1"


GARBAGE = {
    "no JSON": (b"\x00\xff garbage", "The message is not JSON."),
    "a list": (b"[]", "not an object"),
    "no CloudEvent": (b'{"type": "closeloop.duty.issued.v1"}', '"specversion" is not "1.0"'),
    "unknown type": (b'{"specversion":"1.0","type":"closeloop.bell.rung.v1"}', "closeloop.bell.rung.v1"),
    "no type": (b'{"specversion":"1.0","type":{}}', "without a readable type"),
    "no data": (b'{"specversion":"1.0","type":"closeloop.duty.issued.v1"}', 'no object in "data"'),
}


@pytest.mark.parametrize("case", GARBAGE)
def test_garbage_is_named_in_one_sentence(case: str) -> None:
    garbage, sentence = GARBAGE[case]
    with pytest.raises(Garbage, match=sentence) as said:
        decode(garbage)
    assert "\n" not in str(said.value)


@pytest.mark.parametrize("attribute", ["id", "subject", "sequence"])
def test_a_missing_attribute_is_named(attribute: str) -> None:
    told = json.loads(encode(an_example(DutyIssued), branch="main"))
    del told[attribute]
    with pytest.raises(Garbage, match=f"something wrong in {attribute}: "):
        decode(json.dumps(told).encode())


def test_an_empty_key_is_garbage() -> None:
    told = json.loads(encode(an_example(DutyIssued), branch="main")) | {"subject": ""}
    with pytest.raises(Garbage, match="empty subject"):
        decode(json.dumps(told).encode())


def test_a_wrong_field_is_named_without_its_value() -> None:
    told = json.loads(encode(an_example(CaseClosed), branch="main"))
    told["data"]["customer"]["name"] = ["canary"]
    with pytest.raises(Garbage, match=r"data\.customer\.name") as said:
        decode(json.dumps(told).encode())
    assert "canary" not in str(said.value)


def test_a_moment_without_a_zone_is_garbage() -> None:
    told = json.loads(encode(an_example(DutyIssued), branch="main"))
    told["data"]["due_at"] = "2026-01-05T23:56:00"
    with pytest.raises(Garbage, match=r"data\.due_at"):
        decode(json.dumps(told).encode())


def test_a_former_version_is_heard_as_the_newest() -> None:
    known = dict(EVENTS)

    class BellRung(Event):
        """Somebody rang the bell at the desk."""

        subject: ClassVar[str] = "bell.rung.v3"
        publisher: ClassVar[str] = "intake"
        bell: str
        times: int

    class BellRungV2(OlderEvent):
        subject: ClassVar[str] = "bell.rung.v2"
        publisher: ClassVar[str] = "intake"
        becomes: ClassVar[type[Event]] = BellRung
        where: str
        times: int

        def upgrade(self) -> Event:
            return BellRung(**self.carried_over(), bell=self.where, times=self.times)

    class BellRungV1(OlderEvent):
        subject: ClassVar[str] = "bell.rung.v1"
        publisher: ClassVar[str] = "intake"
        becomes: ClassVar[type[Event]] = BellRungV2
        where: str

        def upgrade(self) -> Event:
            return BellRungV2(**self.carried_over(), where=self.where, times=1)

    try:
        rung_at = datetime(2026, 1, 5, 9, tzinfo=UTC)
        first = BellRungV1(id="1", key="k", sequence=4, occurred_at=rung_at, by="desk-1", where="hall")
        heard = decode(encode(first, branch="main"))
        assert heard == BellRung(id="1", key="k", sequence=4, occurred_at=rung_at, by="desk-1", bell="hall", times=1)
        assert versions_of(BellRung) == (BellRung, BellRungV2, BellRungV1)
    finally:
        EVENTS.clear()
        EVENTS.update(known)
