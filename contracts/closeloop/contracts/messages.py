"""The schema of a whole message: the CloudEvents attributes around the data of an event."""

from typing import Any

from closeloop.contracts.descriptions import schema_of
from closeloop.contracts.envelope import IN_ATTRIBUTES, SEALED_FOR
from closeloop.contracts.event import Event

_BRANCH = "[a-z0-9][a-z0-9-]*"


def message_schema(event: type[Event], data: dict[str, Any]) -> dict[str, Any]:
    """The schema of a message, around the schema of an event."""
    inner = {name: value for name, value in data.items() if name != "$defs"}
    inner["properties"] = {name: value for name, value in data["properties"].items() if name not in IN_ATTRIBUTES}
    teller = event.publisher or "[a-z]+"
    return {
        "title": event.__name__,
        "description": inner.pop("description"),
        "type": "object",
        "properties": {
            "specversion": {"const": "1.0"},
            "id": _text("Id of the event, unique in all branches."),
            "source": _text("Who tells it: the branch and its service.", f"^/closeloop/{_BRANCH}/{teller}$"),
            "type": {"const": event.wire_type()},
            "time": {"type": "string", "format": "date-time", "description": "When it was written down (UTC)."},
            "subject": _text("What the event is about: id of the case, survey or account."),
            "sequence": _count("Counts the events of this source and subject, from 1 without gaps."),
            "position": _count("Counts the events of this source, from 1 without gaps."),
            "chain": _text("Head of the teller's chain of hashes after this event, in hexadecimal."),
            "traceparent": _text("Trace to which the event belongs (W3C Trace Context)."),
            SEALED_FOR: _text("Audience for which the data is sealed; opened, it is as this schema says."),
            "datacontenttype": {"const": "application/json"},
            "data": inner,
        },
        "required": ["specversion", "id", "source", "type", "time", "subject", "sequence", "datacontenttype", "data"],
    }


def schema_file(event: type[Event]) -> dict[str, Any]:
    """The committed JSON Schema of an event: it checks a whole message."""
    data = schema_of(event)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:closeloop:event:{event.subject}",
        **message_schema(event, data),
        "$defs": data.get("$defs", {}),
    }


def _text(description: str, pattern: str | None = None) -> dict[str, Any]:
    shape: dict[str, Any] = {"type": "string", "minLength": 1, "description": description}
    return shape if pattern is None else {**shape, "pattern": pattern}


def _count(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "description": description}
