"""Mail: what a server takes over, refuses, cannot take now, and what nobody knows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest

from closeloop.chassis.connectors.finding import find_connectors
from closeloop.chassis.connectors.hooks import Channel, Outgoing
from closeloop.mail.channel import Mail
from closeloop.mail.message import message_of
from closeloop.mail.settings import MailSettings

WRITTEN = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
LETTER = Outgoing("letter:7f", "wang@example.org", "投诉 2026-0001 的进展", "您好！已安排维修。", "zh", WRITTEN)
HUNG_UP = "hung up"


class MailServer:
    """A mail server of the outside world: takes everything, or says what a test wants at one word."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.heard: list[str] = []
        self.mails: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One conversation, word by word."""
        writer.write(b"220 example.org\r\n")
        try:
            while line := await reader.readline():
                word = line.split()[0].upper().decode()
                self.heard.append(line.decode().strip())
                answer = self.says.get(word, {"DATA": "354 go on", "QUIT": "221 bye"}.get(word, "250 ok"))
                writer.write(f"{answer}\r\n".encode())
                if word == "DATA" and answer.startswith("354"):
                    self.mails.append(await reader.readuntil(b"\r\n.\r\n"))
                    answer = self.says.get("TEXT", "250 queued as 42")
                    if answer == HUNG_UP:
                        return
                    writer.write(f"{answer}\r\n".encode())
        finally:
            writer.close()


@asynccontextmanager
async def listening(server: MailServer) -> AsyncIterator[Mail]:
    at_work = await asyncio.start_server(server, "127.0.0.1", 0)
    port = at_work.sockets[0].getsockname()[1]
    settings = MailSettings(server="127.0.0.1", port=port, security="none", sender="客服 <desk@closeloop.example>")
    try:
        yield Mail(settings)
    finally:
        at_work.close()


@pytest.fixture
def server() -> MailServer:
    return MailServer()


async def test_what_the_server_takes_over_is_sent(server):
    async with listening(server) as mail:
        carried = await mail.carry(LETTER)
    assert carried.state == "sent" and carried.reference == "queued as 42"
    assert any(line.startswith("MAIL FROM:<desk@closeloop.example>") for line in server.heard)
    assert any(line.startswith("RCPT TO:<wang@example.org>") for line in server.heard)
    [sent] = server.mails
    read = message_from_bytes(sent, policy=default)
    assert read["Subject"] == LETTER.subject and LETTER.text in read.get_content()
    assert read["Message-ID"] == "<letter.7f@closeloop.example>" and read["Auto-Submitted"] == "auto-generated"
    assert read["Date"] == "Mon, 05 Jan 2026 09:00:00 +0800"


@pytest.mark.parametrize(
    ("word", "answer", "state"),
    [
        ("RCPT", "550 no such person", "failed"),
        ("RCPT", "450 come later", "again"),
        ("MAIL", "553 who are you", "failed"),
        ("DATA", "451 not now", "again"),
        ("TEXT", "554 looks like spam", "failed"),
        ("TEXT", "452 disk full", "again"),
        ("TEXT", HUNG_UP, "unclear"),
    ],
)
async def test_what_the_server_says_is_what_becomes_of_the_letter(server, word, answer, state):
    server.says[word] = answer
    async with listening(server) as mail:
        carried = await mail.carry(LETTER)
    assert carried.state == state, carried.reason
    assert carried.reason


async def test_a_server_that_is_not_there_is_asked_again_later(server):
    async with listening(server) as mail:
        pass
    carried = await mail.carry(LETTER)
    assert carried.state == "again"


@pytest.mark.parametrize("address", ["wang", "a@b", "a@b.c, d@e.f", "a@b.c\r\nBcc: x@y.z", ""])
async def test_what_is_no_address_fails_without_a_word_to_anybody(server, address):
    async with listening(server) as mail:
        carried = await mail.carry(Outgoing("letter:1", address, "s", "t", "zh", WRITTEN))
    assert carried.state == "failed" and server.heard == []


def test_a_subject_of_several_lines_adds_no_header():
    letter = Outgoing("letter:1", "a@b.cn", "hello\r\nBcc: x@y.cn", "t", "en", WRITTEN)
    message = message_of(letter, "desk@closeloop.example")
    assert message["Bcc"] is None and message["Subject"] == "hello Bcc: x@y.cn"


def test_it_says_which_setting_is_missing(monkeypatch):
    set_here: Callable[[str, str], None] = monkeypatch.setenv
    assert isinstance(Mail(), Channel)
    assert str(Mail().lacks()) == "Set CLOSELOOP_MAIL_SERVER."
    set_here("CLOSELOOP_MAIL_SERVER", "mail.example.org")
    assert str(Mail().lacks()) == "Set CLOSELOOP_MAIL_SENDER."
    set_here("CLOSELOOP_MAIL_SENDER", "desk@example.org")
    assert Mail().lacks() is None


def test_it_is_found_with_its_sentence_and_what_it_lacks():
    [found] = [one for one in find_connectors() if one.name == "mail"]
    assert (found.kind, found.distribution, found.does) == (
        "channels",
        "closeloop-mail",
        "Sends letters to customers by mail.",
    )
    assert str(found.lacks) == "Set CLOSELOOP_MAIL_SERVER." and not found.is_ready
