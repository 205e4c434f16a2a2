"""What a service hears and tells, declared through FastStream: for its AsyncAPI document and for tests in memory.

Nothing of this runs in production: the chassis' own loop fetches and dispatches (docs/decisions/0006), from the same
`Hears`. A test compares the document made here with the one that the contracts commit.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from faststream.specification import AsyncAPI

from closeloop.chassis.broker import stream_of
from closeloop.chassis.listening import piece_of
from closeloop.chassis.piece import HeardFrom
from closeloop.chassis.relay import position_of
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.contracts.envelope import IN_ATTRIBUTES, decode
from closeloop.contracts.event import Event
from closeloop.contracts.intake import ProcedureActivated
from closeloop.contracts.loop import TELLS
from closeloop.contracts.people import AbsenceNoted, OrganisationChanged

OF_THE_HOUSE: tuple[type[Event], ...] = (ProcedureActivated, OrganisationChanged, AbsenceNoted)
"""What the chassis hears for every service but intake, which tells it."""
BRANCH = "{branch}"
VERSION = "1.0.0"
Acts = Callable[[HeardFrom], Awaitable[Any]]


def declared(service: Service, *, branch: str = BRANCH, acts: Acts | None = None) -> NatsBroker:
    """The service's subscribers and publishers; `acts` does with a message what the service would do."""
    broker = NatsBroker(decoder=_decoded, logger=None)
    everybody = heard_by(service)
    for teller, heard in everybody.items():
        for event in heard:
            _subscribe(broker, service.name, teller, event, branch, acts)
    for event in TELLS[service.name]:
        broker.publisher(
            event.nats_subject(branch, service.name),
            stream=_stream(branch, service.name),
            title=f"{service.name}.{event.subject}" + (":told" if event in everybody.get(service.name, ()) else ""),
            description=_first_line(event),
            schema=event,
        )
    return broker


def heard_by(service: Service) -> Mapping[str, list[type[Event]]]:
    """Whom the service listens to, and for what: its own handlers, and the chassis' for the house."""
    heard = service.hears.publishers(service.name)
    if service.name != "intake":
        from_intake = heard.setdefault("intake", [])
        from_intake += [event for event in OF_THE_HOUSE if event not in from_intake]
    return heard


def acting(running: Running) -> Acts:
    """Every message becomes a piece of work of this service; what fails is parked, as always."""

    async def act(heard: HeardFrom) -> None:
        await running.submit(piece_of(heard, running.hears))

    return act


def asyncapi(service: Service) -> dict[str, Any]:
    """The AsyncAPI document as FastStream sees the service: channels by their names, the fields of every message."""
    document = AsyncAPI(declared(service), title=f"Closeloop {service.name}", version=VERSION, schema_version="3.0.0")
    found = document.to_specification().to_jsonable()
    schemas = found["components"]["schemas"]
    channels = {}
    for name, channel in found["channels"].items():
        [message] = channel["messages"].values()
        payload = found["components"]["messages"][message["$ref"].rsplit("/", 1)[1]]["payload"]
        event = payload["$ref"].rsplit("/", 1)[1]
        channels[name.split(":")[0]] = {
            "address": channel["address"],
            "messages": {event: sorted(set(schemas[event]["properties"]) - IN_ATTRIBUTES)},
        }
    return {"asyncapi": found["asyncapi"], "info": found["info"], "channels": dict(sorted(channels.items()))}


def _subscribe(
    broker: NatsBroker, hearer: str, teller: str, event: type[Event], branch: str, acts: Acts | None
) -> None:
    async def hear(told: Event, message: NatsMessage) -> None:
        if acts is not None:
            raw = message.raw_message
            body = message.body if isinstance(message.body, bytes) else b""
            await acts(HeardFrom(f"{branch}.{teller}", position_of(body), "", "", 0, raw.subject, body, ""))

    hear.__annotations__["told"] = event
    hear.__annotations__["message"] = NatsMessage
    broker.subscriber(
        event.nats_subject(branch, teller),
        stream=_stream(branch, teller),
        durable=hearer,
        pull_sub=PullSub(),
        title=f"{teller}.{event.subject}",
        description=_first_line(event),
    )(hear)


async def _decoded(message: Any) -> Event:
    return decode(message.body)


def _stream(branch: str, teller: str) -> JStream:
    """Named, never declared: whoever publishes makes the stream, with its settings."""
    return JStream(stream_of(branch, teller), declare=False)


def _first_line(event: type[Event]) -> str:
    return (event.__doc__ or "").strip().splitlines()[0]
