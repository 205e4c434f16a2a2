"""Chat groups: the message reaches the group of the desk; what is not taken is tried again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from closeloop.chassis.connectors.finding import find_connectors
from closeloop.chassis.connectors.hooks import Notifier, Outgoing
from closeloop.chat.notifier import Chat
from closeloop.chat.settings import ChatSettings

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")  # apprise, before 3.13

WRITTEN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
MESSAGE = Outgoing(
    "letter:1", "repair", "接单：2026-0001", "接单：2026-0001", "zh", WRITTEN, "https://desk.example/dispatch/duties/1"
)


class Group:
    """A chat service of the outside world: hears messages by HTTP, and takes them or not."""

    def __init__(self, status: str = "200 OK") -> None:
        self.status = status
        self.heard: list[dict[str, str]] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One message."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = next(int(line.split(":")[1]) for line in head.splitlines() if line.startswith("content-length"))
        self.heard.append(json.loads(await reader.readexactly(length)))
        writer.write(f"HTTP/1.1 {self.status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(group: Group) -> AsyncIterator[str]:
    server = await asyncio.start_server(group, "127.0.0.1", 0)
    try:
        yield f"json://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


def chat(**groups: str) -> Chat:
    return Chat(ChatSettings(groups={desk: SecretStr(address) for desk, address in groups.items()}))


async def test_the_group_of_the_desk_reads_what_came_and_where_it_is_done():
    group = Group()
    async with listening(group) as address:
        carried = await chat(repair=address).carry(MESSAGE)
    assert carried.state == "sent"
    [heard] = group.heard
    assert heard["title"] == MESSAGE.subject and MESSAGE.url in heard["message"]


async def test_what_the_service_does_not_take_is_tried_again():
    async with listening(Group("503 Service Unavailable")) as address:
        carried = await chat(repair=address).carry(MESSAGE)
    assert carried.state == "again" and Chat.repeats_safely


async def test_a_desk_without_a_group_is_told_nothing():
    known = chat(customer_service="json://127.0.0.1:1/")
    assert not known.reaches("repair") and known.reaches("customer_service")
    assert (await known.carry(MESSAGE)).state == "failed"
    assert chat(**{"*": "json://127.0.0.1:1/"}).reaches("repair")


KEY = "a" * 32


@pytest.mark.parametrize("address", [f"wecombot://{KEY}-1234", f"dingtalk://{KEY}/", f"feishu://{KEY}/"])
def test_the_services_of_chinese_offices_are_known(address):
    assert chat(repair=address).lacks() is None


def test_it_says_what_is_missing_or_wrong(monkeypatch):
    assert isinstance(Chat(), Notifier)
    assert str(Chat().lacks()) == "Set CLOSELOOP_CHAT_GROUPS."
    monkeypatch.setenv("CLOSELOOP_CHAT_GROUPS", json.dumps({"repair": "pigeon://loft"}))
    assert "for repair" in str(Chat().lacks())
    assert "loft" not in repr(Chat().settings)


def test_it_is_found_with_its_sentence():
    [found] = [one for one in find_connectors() if one.name == "chat"]
    assert (found.kind, found.distribution) == ("notifiers", "closeloop-chat")
    assert found.does.endswith("others.") and found.does.count(".") == 1
