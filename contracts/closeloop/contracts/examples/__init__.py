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

    A change named after a field of the case header changes the header too (`kind="repair"`), and `key="..."` moves
    the event to another case with all its ids.
    """
    found = dict(_first(event))
    if found["case"] is not None:
        in_header = {name: value for name, value in changes.items() if name in CaseHeader.model_fields and name != "id"}
        in_header.pop("sequence", None)
        if changes.get("kind") in set(BasicKind):
            in_header.setdefault("basic_kind", changes["kind"])
        if "key" in changes and "case" not in changes:
            found |= _moved(found, old=found["key"], new=changes["key"])
            in_header["id"] = changes["key"]
        if "case" in changes and "key" not in changes:
            found |= _moved(found, old=found["key"], new=changes["case"].id) | {"key": changes["case"].id}
        found["case"] = CaseHeader.model_validate(dict(found["case"]) | in_header)
    unknown = set(changes) - set(event.model_fields) - set(CaseHeader.model_fields)
    if unknown or (found["case"] is None and set(changes) - set(event.model_fields)):
        raise TypeError(f"{event.__name__} has no field {', '.join(sorted(unknown or set(changes)))}")
    return event.model_validate(found | {name: value for name, value in changes.items() if name in event.model_fields})


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


def _moved(fields: dict[str, Any], *, old: str, new: str) -> dict[str, Any]:
    ids = ("duty_id", "callback_id")
    return {name: new + fields[name].removeprefix(old) for name in ids if name in fields}


@cache
def _first(event: type[E]) -> E:
    for name in names():
        example = decode(message(name)) if f'"{event.wire_type()}"'.encode() in message(name) else None
        if isinstance(example, event):
            return example
    raise LookupError(f"There is no example of {event.__name__}: add one to contracts/closeloop/contracts/examples.")
