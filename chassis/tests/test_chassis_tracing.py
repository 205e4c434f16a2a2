"""One trace from the request at one service to the handler in another; nothing at all while it is off."""

import subprocess
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest
from fastapi import APIRouter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from closeloop.chassis import migrating
from closeloop.chassis.acting import do, here
from closeloop.chassis.app import ServiceApp
from closeloop.chassis.broker import BrokerAddress, stream_of
from closeloop.chassis.clock import SimulatedClock
from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import People
from closeloop.chassis.refusals import Refused
from closeloop.chassis.relay import traceparent_of
from closeloop.chassis.running import Running
from closeloop.chassis.service import Service
from closeloop.chassis.serving import CannotStart
from closeloop.chassis.settings import Settings
from closeloop.chassis.testing.waiting import on_disk
from closeloop.chassis.tracing import Tracing, traceparent_in, tracing_of
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutyFinished
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
FROM_OUTSIDE = f"00-{TRACE}-{SPAN}-01"


def register(work: Work) -> None:
    if work.key == "refuse":
        raise Refused("王女士 may not")
    work.publish(an_example(CaseAssessed, id=""))


def the_teller() -> Service:
    router = APIRouter()

    @router.post("/api/intake/cases/{case}")
    async def registering(case: str) -> dict[str, str]:
        await do(register, by=None, key=case, new=True)
        return {"id": case}

    return Service("intake", [], Hears(), [router])


def the_hearer() -> Service:
    hears = Hears()

    @hears
    def issue_duties(case: CaseAssessed, work: Work) -> None:
        work.publish(an_example(DutyFinished, id=""))

    return Service("dispatch", [], hears)


class Two:
    """Intake and dispatch over one broker, each with the spans that it made."""

    def __init__(self, running: list[Running], spans: list[InMemorySpanExporter]) -> None:
        self.intake, self.dispatch = running
        self.asked, self.acted = spans

    async def post(self, case: str, headers: dict[str, str] | None = None) -> httpx.Response:
        transport = httpx.ASGITransport(app=ServiceApp(self.intake))
        async with httpx.AsyncClient(transport=transport, base_url="http://closeloop") as client:
            return await client.post(f"/api/intake/cases/{case}", headers=headers)

    async def heard(self) -> None:
        await on_disk(self.dispatch, partial(self.dispatch.store.fetch, "select 1 from journal"))


@pytest.fixture(params=[pytest.param(True, id="on")])
async def two(
    request: pytest.FixtureRequest, tmp_path: Path, people: People, clock: SimulatedClock
) -> AsyncIterator[Two]:
    spans = [InMemorySpanExporter(), InMemorySpanExporter()]
    async with EmbeddedBroker(tmp_path / "nats") as broker:
        address = BrokerAddress(broker.url, broker.credentials.user, broker.credentials.password)
        running = [
            Running(
                service,
                Settings(data=tmp_path),
                clock=clock,
                people=people,
                broker=address,
                tracing=Tracing(service.name, spans[at], at_once=True) if request.param else None,
            )
            for at, service in enumerate((the_teller(), the_hearer()))
        ]
        for one in running:
            await migrating.migrate(one.url, "chassis")
            await one.start()
        yield Two(running, spans)
        for one in running:
            await one.stop()


def named(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in spans.get_finished_spans()}


def about(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def above(span: ReadableSpan) -> str:
    return f"{span.parent.span_id:016x}" if span.parent else ""


def identity(span: ReadableSpan) -> str:
    return f"{span.context.span_id:016x}" if span.context else ""


def trace(span: ReadableSpan) -> str:
    return f"{span.context.trace_id:032x}" if span.context else ""


async def test_a_trace_goes_from_the_request_through_journal_and_broker_to_the_handler_and_on(two):
    answer = await two.post("case-1", {"traceparent": FROM_OUTSIDE})
    assert answer.status_code == 200
    await two.heard()
    asked = named(two.asked)
    request, registering = asked["POST /api/intake/cases/{case}"], asked["register"]
    [handler] = two.acted.get_finished_spans()
    assert {trace(span) for span in (request, registering, handler)} == {TRACE}
    assert [above(span) for span in (request, registering, handler)] == [SPAN, identity(request), identity(registering)]
    assert about(handler)["closeloop.end"] == "done"
    assert handler.resource.attributes["service.name"] == "closeloop-dispatch"

    message = await two.intake.broker.streams.get_msg(stream_of("main", "intake"), seq=1)
    on_the_way = f"00-{TRACE}-{identity(registering)}-01"
    assert (message.headers["traceparent"], traceparent_of(message.data)) == (on_the_way, on_the_way)
    [[told]] = await two.dispatch.store.fetch("select body from journal")
    assert traceparent_of(told.encode()) == f"00-{TRACE}-{identity(handler)}-01"


async def test_a_request_without_a_trace_begins_one(two):
    await two.post("case-1")
    await two.heard()
    [handler] = two.acted.get_finished_spans()
    request = named(two.asked)["POST /api/intake/cases/{case}"]
    assert trace(request) == trace(handler)
    assert above(request) == ""


async def test_garbage_for_a_trace_is_no_trace(two):
    await two.post("case-1", {"traceparent": '00-nonsense","x":"'})
    request = named(two.asked)["POST /api/intake/cases/{case}"]
    assert above(request) == ""


async def test_a_span_says_that_it_was_refused_but_never_what_was_said(two):
    assert (await two.post("refuse")).status_code == 409
    asked = named(two.asked)
    assert about(asked["register"])["closeloop.end"] == "refused"
    assert about(asked["register"])["error.type"] == "Refused"
    assert "王女士" not in "".join(span.to_json() for span in asked.values())


@pytest.mark.parametrize("two", [pytest.param(False, id="off")], indirect=True)
async def test_a_trace_from_outside_is_handed_on_also_while_nothing_is_measured(two):
    await two.post("case-1", {"traceparent": FROM_OUTSIDE})
    await two.heard()
    [[told]] = await two.dispatch.store.fetch("select body from journal")
    assert traceparent_of(told.encode()) == FROM_OUTSIDE
    here.set(two.intake)
    assert two.intake.tracing is None


@pytest.mark.parametrize(
    "text",
    ["", FROM_OUTSIDE + "0", FROM_OUTSIDE.upper(), f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01"],
)
def test_what_is_no_trace_is_not_taken_for_one(text):
    assert traceparent_in(text) is None
    assert traceparent_in(FROM_OUTSIDE) == FROM_OUTSIDE


def test_without_an_endpoint_nothing_is_traced_and_nothing_loaded():
    assert tracing_of(Settings(), "intake") is None
    loads = "import sys, closeloop.chassis.app; sys.exit('opentelemetry.sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", loads]).returncode == 0


def test_an_endpoint_without_an_exporter_is_one_sentence(monkeypatch):
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(CannotStart, match="install closeloop-chassis\\[tracing\\], or leave the setting empty"):
        tracing_of(Settings(otlp_endpoint="http://127.0.0.1:4318"), "intake")
