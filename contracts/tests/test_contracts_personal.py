"""What belongs to a person stays in the data of an event."""

import json
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from closeloop.contracts.callback import CallbackAttempted
from closeloop.contracts.dispatch import DutyReturned, DutySigned
from closeloop.contracts.envelope import decode
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.examples import an_example, message, names
from closeloop.contracts.intake import CaseAssessed, CaseRegistered
from closeloop.contracts.loop import every_event
from closeloop.contracts.messages import schema_file
from closeloop.contracts.personal import Attachment, Customer, Personal, personal_fields, personal_values


def test_personal_fields_are_found_however_deep_they_lie() -> None:
    class Visitor(BaseModel):
        name: Personal[str]
        badge: int

    class Visit(BaseModel):
        visitors: tuple[Visitor, ...] = ()
        host: Visitor | None = None
        notes: dict[str, Personal[str]]
        room: str

    assert personal_fields(Visit) == ["visitors.name", "host.name", "notes"]
    visit = Visit(visitors=(Visitor(name="Anna", badge=1),), notes={"door": "left open"}, room="12")
    assert personal_values(visit) == ["Anna", "left open"]


def test_an_assessed_case_knows_what_is_personal() -> None:
    assert personal_fields(CaseAssessed) == [
        "content",
        "customer.name",
        "customer.phone",
        "customer.email",
        "customer.address",
        "customer.acting_for",
        "remedy_sought",
        "record.fields",
        "record.signatures.signer",
        "record.signatures.witness",
        "reason",
        "signature.signer",
        "signature.witness",
        "at_once.name",
        "at_once.fields",
        "at_once.necessary",
    ]
    assert personal_fields(CaseRegistered) == []
    found = personal_values(an_example(CaseAssessed, customer=Customer(name="李梅", phone="+8613800138000")))
    assert {"李梅", "+8613800138000"} <= set(found)


def test_what_people_wrote_and_signed_is_personal() -> None:
    assert {"note", "signature.signer"} <= set(personal_fields(CallbackAttempted))
    assert {"opinion", "signature.signer", "signature.witness"} <= set(personal_fields(DutySigned))
    assert {"result", "record.fields"} <= set(personal_fields(DutyReturned))


def test_the_case_header_tells_nothing_about_a_person() -> None:
    assert personal_fields(CaseHeader) == []


@pytest.mark.parametrize("name", names())
def test_no_personal_value_stands_in_an_attribute_or_subject(name: str) -> None:
    told = json.loads(message(name))
    event = decode(message(name))
    outside = json.dumps({key: value for key, value in told.items() if key != "data"}, ensure_ascii=False)
    outside += type(event).nats_subject("main", "any")
    assert [value for value in personal_values(event) if value in outside] == []


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)
def test_the_schema_says_what_is_personal(event: type[Event]) -> None:
    schema = json.dumps(schema_file(event))
    assert ('"x-personal": true' in schema) == bool(personal_fields(event))


@pytest.mark.parametrize("wrong", [{"hash": "abc"}, {"size": -1}])
def test_an_attachment_is_named_by_its_hash(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Attachment.model_validate({"hash": "0" * 64, "size": 3, "type": "image/png"} | wrong)
