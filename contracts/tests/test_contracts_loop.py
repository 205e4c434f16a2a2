"""Who tells and who hears: the table, the registry and the README say the same."""

import pytest

from closeloop.contracts.event import EVENTS, Event
from closeloop.contracts.generate import README, TABLE_BEGINS, TABLE_ENDS, table
from closeloop.contracts.loop import EVERY, HEARS, SERVICES, TELLS, every_event, heard_by, told_by
from closeloop.contracts.older import OlderEvent


def test_every_event_of_the_contracts_is_told_by_somebody() -> None:
    ours = {event for event in EVENTS.values() if event.__module__.startswith("closeloop.contracts.")}
    assert {event for event in ours if not issubclass(event, OlderEvent)} == set(every_event())


def test_the_loop_names_the_five_services() -> None:
    assert tuple(TELLS) == tuple(HEARS) == SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_hears_what_nobody_tells(service: str) -> None:
    for teller, heard in HEARS[service].items():
        assert set(heard) <= set(TELLS[teller])


OF_A_SUBJECT = ("people", "corrective")
"""Files of events that are about one subject, whoever tells them."""


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)
def test_an_event_belongs_to_its_service_and_file(event: type[Event]) -> None:
    file = event.__module__.rsplit(".", 1)[1]
    if event in EVERY:
        assert (event.publisher, file, told_by(event)) == ("", "every", SERVICES)
    else:
        assert told_by(event) == (event.publisher,)
        assert file in (event.publisher, *OF_A_SUBJECT)


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)
def test_an_event_is_a_noun_and_a_past_participle(event: type[Event]) -> None:
    *words, version = event.subject.split(".")
    assert version.startswith("v")
    assert event.__name__.lower() == "".join(words)
    assert (event.__doc__ or "").strip().endswith(".")


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)
def test_what_is_left_out_on_the_wire_reads_as_nothing(event: type[Event]) -> None:
    for name, field in event.model_fields.items():
        if type(None) in getattr(field.annotation, "__args__", ()):
            assert not field.is_required(), name
            assert field.default is None, name


def test_the_readme_shows_the_loop() -> None:
    readme = README.read_text("utf-8")
    shown = readme.split(TABLE_BEGINS)[1].split(TABLE_ENDS)[0]
    assert shown == table()
    for event in every_event():
        assert f"| {event.__name__} | `{event.subject}` |" in shown
        assert ", ".join(heard_by(event)) in shown
