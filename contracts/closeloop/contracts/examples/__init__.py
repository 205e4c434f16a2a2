"""Real situations as messages, one file each, named by what happened; tests take their events from here."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from closeloop.contracts.envelope import decode
from closeloop.contracts.event import CaseHeader, Event
from closeloop.contracts.vocabulary import BasicKind

E = TypeVar("E", bound=Event)


def an_example(event: type[E], **changes: Any) -> E:
    """A realistic event, with what the test changes.

    A change that the event has no field for goes to the case header (`kind="repair"`); what both say, such as the
    place, changes in both. `key="..."` or `case=...` moves the event to another case with all its ids.
    """
    found = dict(_first(event))
    own = {name: value for name, value in changes.items() if name in event.model_fields}
    header: CaseHeader | None = changes.get("case", found["case"])
    known = set(own) | (_ONLY_IN_HEADER if header else set())
    if unknown := set(changes) - known:
        raise TypeError(f"{event.__name__} has no field {', '.join(sorted(unknown))}")
    if header is not None:
        in_header = {name: value for name, value in changes.items() if name in _IN_BOTH or name not in own}
        if in_header.get("kind") in set(BasicKind):
            in_header.setdefault("basic_kind", in_header["kind"])
        if found["case"] is not None and found["key"] == found["case"].id:
            key = changes.get("key", header.id)
            ids = {name: key + found[name].removeprefix(found["key"]) for name in _IDS if name in found}
            found |= ids | {"key": key}
            in_header["id"] = key
        found["case"] = CaseHeader.model_validate(dict(header) | in_header)
    return event.model_validate(found | {name: value for name, value in own.items() if name != "case"})


_IDS = ("duty_id", "callback_id")
_IN_BOTH = {"place", "channel", "audience", "procedure", "procedure_version", "round", "facets", "received_at"}
_IN_BOTH |= {"contact_left", "wants_callback"}
_ONLY_IN_HEADER = set(CaseHeader.model_fields) - {"id", "sequence"}


def names() -> list[str]:
    """The situations there are examples of."""
    folder = files("closeloop.contracts.examples")
    return sorted(file.name.removesuffix(".json") for file in folder.iterdir() if file.name.endswith(".json"))


@cache
def message(name: str) -> bytes:
    """The message of a situation."""
    return files("closeloop.contracts.examples").joinpath(f"{name}.json").read_bytes()


def messages_of(event: type[Event]) -> list[tuple[str, dict[str, Any]]]:
    """The situations in which an event is told, with their messages."""
    read = [(name, json.loads(message(name))) for name in names()]
    return [(name, found) for name, found in read if found["type"] == event.wire_type()]


@cache
def _first(event: type[E]) -> E:
    for name in names():
        example = decode(message(name)) if f'"{event.wire_type()}"'.encode() in message(name) else None
        if isinstance(example, event):
            return example
    raise LookupError(f"There is no example of {event.__name__}: add one to contracts/closeloop/contracts/examples.")
