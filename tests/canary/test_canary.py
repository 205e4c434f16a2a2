"""Unmistakable personal values go through the loop; nothing outside the sealed fields repeats them."""

import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pydantic import BaseModel

from closeloop.chassis import running as running_module
from closeloop.chassis.broker import BrokerAddress, stream_of
from closeloop.chassis.embedded.broker import EmbeddedBroker
from closeloop.chassis.logs import set_up_logs
from closeloop.chassis.people import People
from closeloop.chassis.settings import Settings
from closeloop.chassis.testing.waiting import on_disk
from closeloop.chassis.tracing import Tracing
from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.envelope import decode
from closeloop.contracts.personal import PERSONAL, is_personal
from closeloop.suite.suite import Suite

CANARIES = {
    "name": "欧阳金丝雀",
    "phone": "13899177655",
    "address": "七十七号楼金丝巷",
    "content": "笼门坏了金丝飞走",
    "email": "canary-77@example.org",
}
PROCEDURE = "P03"
A_CASE: dict[str, Any] = {
    "procedure": PROCEDURE,
    "kind": "repair",
    "channel": "telephone",
    "content": CANARIES["content"],
    "customer": {key: CANARIES[key] for key in ("name", "phone", "address", "email")},
    "place": "garden-estate",
}


def leaks(where: str, text: str) -> list[str]:
    """Which canaries sit there, also where somebody spelt them with escapes."""
    spelt = text + _unescaped(text)
    return [f"{where} has the {name}" for name, value in CANARIES.items() if value in spelt]


def _unescaped(text: str) -> str:
    return text.encode("ascii", "backslashreplace").decode("unicode_escape") if "\\u" in text else ""


def spoken_of_nobody(value: Any) -> Iterator[str]:
    """Everything in an event that stands outside its personal fields."""
    if isinstance(value, BaseModel):
        for name, info in type(value).model_fields.items():
            if not (PERSONAL in info.metadata or is_personal(info.annotation)):
                yield from spoken_of_nobody(getattr(value, name))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from (str(key), *spoken_of_nobody(inner))
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from spoken_of_nobody(inner)
    else:
        yield str(value)


class Aviary:
    """The suite at work, and everything that can be read about it from outside."""

    def __init__(self, suite: Suite, people: People, log: io.StringIO, spans: InMemorySpanExporter) -> None:
        self.suite, self.log, self.spans = suite, log, spans
        headers = {"Authorization": f"Bearer {people.issue_token(people.person('desk-1'))}", "Accept-Language": "en"}
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=suite.gateway, raise_app_exceptions=False),
            base_url="http://closeloop",
            headers=headers,
        )

    async def post(self, **changed: Any) -> httpx.Response:
        return await self.client.post("/api/intake/cases", json={**A_CASE, **changed})

    async def duty_issued(self) -> None:
        [dispatch] = [one for one in self.suite.services if one.name == "dispatch"]

        async def told() -> Any:
            return await dispatch.store.fetch("select 1 from journal where subject = ?", DutyIssued.subject)

        await on_disk(dispatch, told)
        await self.suite.quiet()

    def logged(self) -> str:
        """Every line so far."""
        for handler in logging.getLogger().handlers:
            handler.flush()
        return self.log.getvalue()

    async def messages(self) -> list[tuple[str, dict[str, str], bytes]]:
        """Every message of every stream: subject, headers, body."""
        found = []
        for one in self.suite.services:
            assert one.broker
            stream = stream_of(one.branch, one.name)
            for sequence in range(1, (await one.broker.streams.stream_info(stream)).state.last_seq + 1):
                message = await one.broker.streams.get_msg(stream, seq=sequence)
                found.append((message.subject or "", dict(message.headers or {}), message.data or b""))
        return found


@pytest.fixture
def log(monkeypatch) -> Iterator[io.StringIO]:
    """Everything that is logged, from debug on."""
    root, text = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    for handler in before:
        root.removeHandler(handler)
    monkeypatch.setattr("sys.stderr", text)
    set_up_logs("debug", "json")
    yield text
    for handler in list(root.handlers):
        root.removeHandler(handler)
    for handler in before:
        root.addHandler(handler)
    root.setLevel(level)


@pytest.fixture
async def aviary(tmp_path, people, log, monkeypatch) -> AsyncIterator[Aviary]:
    spans = InMemorySpanExporter()
    monkeypatch.setattr(running_module, "tracing_of", lambda _settings, name: Tracing(name, spans, at_once=True))
    async with EmbeddedBroker(tmp_path / "nats") as broker:
        address = BrokerAddress(broker.url, broker.credentials.user, broker.credentials.password)
        suite = Suite(Settings(data=tmp_path), people, address)
        await suite.start()
        yield Aviary(suite, people, log, spans)
        await suite.stop()


async def test_no_personal_value_leaves_its_sealed_field(aviary):
    registered = await aviary.post()
    assert registered.status_code == 201, registered.text
    await aviary.duty_issued()
    for wrong in ({"channel": CANARIES["name"]}, {"content": CANARIES["content"] * 2000}, {"kind": CANARIES["phone"]}):
        assert (await aviary.post(**wrong)).status_code in (409, 422)
    await aviary.client.get("/api/intake/cases", params={"q": CANARIES["name"]})
    await aviary.client.get(f"/intake/cases/{CANARIES['phone']}")

    found: list[str] = []
    messages = await aviary.messages()
    for subject, headers, body in messages:
        attributes = {name: value for name, value in json.loads(body).items() if name != "data"}
        found += leaks(f"the subject {subject}", subject)
        found += leaks(f"a header of {subject}", json.dumps(headers, ensure_ascii=False))
        found += leaks(f"an attribute of {subject}", json.dumps(attributes, ensure_ascii=False))
        found += leaks(f"an open field of {subject}", "\n".join(spoken_of_nobody(decode(body))))
    metrics = (await aviary.client.get("/metrics")).text
    spans = "".join(span.to_json() for span in aviary.spans.get_finished_spans())
    found += leaks("a metric", metrics) + leaks("a log line", aviary.logged()) + leaks("a span", spans)
    assert found == []

    assert any(CANARIES["name"].encode() in body for _subject, _headers, body in messages), "no canary flew at all"
    assert "closeloop_pieces_total" in metrics
    assert registered.json()["id"] in aviary.logged()
    assert "duty.issued.v1" in str({subject for subject, _headers, _body in messages})
    assert "POST /api/intake/cases" in spans


async def test_a_canary_that_gets_out_is_seen(aviary):
    logging.getLogger("closeloop").warning("a new case", extra={"customer": CANARIES["name"]})
    logging.getLogger("closeloop").debug("called %s", CANARIES["phone"])
    aviary.suite.services[0].tracing.asked("GET", None).end()
    assert leaks("a log line", aviary.logged()) == ["a log line has the name", "a log line has the phone"]
    assert leaks("a header", json.dumps({"who": CANARIES["address"]})) == ["a header has the address"]


def test_what_is_personal_is_told_from_what_is_not():
    from closeloop.contracts.examples import an_example
    from closeloop.contracts.intake import CaseAssessed

    event = an_example(CaseAssessed)
    changed = event.model_copy(update={"content": CANARIES["content"], "channel": CANARIES["name"]})
    assert leaks("it", "\n".join(spoken_of_nobody(changed))) == ["it has the name"]
