"""AsyncAPI documents: per service what it tells and what it hears, as others can read it."""

from typing import Any

from pydantic import BaseModel

from closeloop.contracts.descriptions import schema_of
from closeloop.contracts.envelope import CONTENT_TYPE
from closeloop.contracts.event import Event
from closeloop.contracts.examples import messages_of
from closeloop.contracts.loop import HEARS, SERVICES, TELLS
from closeloop.contracts.messages import message_schema

VERSION = "1.0.0"
"""Version of the messages; its first number rises when somebody who reads them must change."""

_BRANCH = {"branch": {"description": "Name of the branch, such as main."}}


def document(service: str) -> dict[str, Any]:
    """The AsyncAPI 3.0 document of a service."""
    channels: dict[str, Any] = {}
    operations: dict[str, Any] = {}
    for event in TELLS[service]:
        _add(channels, operations, "send", service, event)
    for teller in SERVICES:
        for event in HEARS[service].get(teller, ()):
            _add(channels, operations, "receive", teller, event)
    events = dict.fromkeys([*TELLS[service], *(event for told in HEARS[service].values() for event in told)])
    schemas: dict[str, Any] = {}
    messages = {event.__name__: _message(event, schemas) for event in events}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Closeloop {service}",
            "version": VERSION,
            "description": f"What {service} tells the other services, and what it hears from them.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": dict(sorted(schemas.items()))},
    }


def _add(channels: dict[str, Any], operations: dict[str, Any], action: str, teller: str, event: type[Event]) -> None:
    channel = f"{teller}.{event.subject}"
    channels[channel] = {
        "address": event.nats_subject("{branch}", teller),
        "parameters": _BRANCH,
        "messages": {event.__name__: {"$ref": f"#/components/messages/{event.__name__}"}},
    }
    verb = "tell" if action == "send" else f"hear_{teller}"
    operations[f"{verb}.{event.subject}"] = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": _first_line(event),
        "messages": [{"$ref": f"#/channels/{channel}/messages/{event.__name__}"}],
    }


def _message(event: type[Event], schemas: dict[str, Any]) -> dict[str, Any]:
    data = schema_of(event, ref_template="#/components/schemas/{model}")
    schemas.update(data.pop("$defs", {}))
    schemas[event.__name__] = message_schema(event, data)
    return {
        "name": event.wire_type(),
        "title": event.__name__,
        "summary": _first_line(event),
        "contentType": CONTENT_TYPE,
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
        "examples": [{"name": name, "payload": message} for name, message in messages_of(event)],
    }


def _first_line(model: type[BaseModel]) -> str:
    return (model.__doc__ or "").strip().splitlines()[0]
