"""The door, with a real web server behind it: who comes on top is told so at once, the others never notice."""

import asyncio
import errno
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from closeloop.chassis.door import Door
from closeloop.chassis.serving import listening_socket, run, server_of
from closeloop.chassis.settings import Settings

MOST = 2
RETRY_AFTER = 3
PATIENCE = 10
CROWD = 64


@dataclass
class Desk:
    """An application whose intake answers only when it is told to; everything else answers at once."""

    come: asyncio.Event = field(default_factory=asyncio.Event)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    seen: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        body = await request.body()
        self.seen.append(f"{request.method} {request.url.path} {len(body)}")
        self.come.set()
        if "intake" in request.url.path:
            await self.go_on.wait()
        await JSONResponse({"path": request.url.path})(scope, receive, send)

    async def has_seen(self, times: int) -> None:
        """Come back when so many requests are being worked on or were answered."""
        while len(self.seen) < times:
            self.come.clear()
            await self.come.wait()


@dataclass
class Front:
    """The server as it is reached from outside."""

    desk: Desk
    door: Door
    port: int
    web: httpx.AsyncClient

    async def filled(self) -> list[asyncio.Task[httpx.Response]]:
        """Intake has as much to do as it works on at the same time."""
        before = len(self.desk.seen)
        asking = [asyncio.create_task(self.web.post("/api/intake/cases", json={"n": n})) for n in range(MOST)]
        await self.desk.has_seen(before + MOST)
        return asking


@pytest.fixture
async def front() -> AsyncIterator[Front]:
    desk = Desk()
    door = Door(["intake", "dispatch"], Settings(requests_at_once=MOST, retry_after=RETRY_AFTER))
    bound = listening_socket("127.0.0.1", 0)
    port = bound.getsockname()[1]
    server = server_of(desk, door, stop_seconds=1)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as web:
        yield Front(desk, door, port, web)
    desk.go_on.set()
    server.ask_to_stop()
    await serving


async def test_who_comes_on_top_is_told_at_once_and_may_come_again(front: Front):
    asking = await front.filled()
    english = {"accept-language": "en"}
    told = await front.web.post("/api/intake/cases", json={}, headers=english)
    assert told.status_code == 503 and told.headers["retry-after"] == str(RETRY_AFTER)
    assert told.headers["content-type"] == "application/problem+json"
    assert told.json()["type"] == "urn:closeloop:problem:full"
    assert told.json()["detail"] == "Too much is coming in right now. Please try again in 3 s."
    assert "请求过多" in (await front.web.get("/api/intake/cases")).json()["detail"]
    assert len(front.desk.seen) == MOST, "whoever is turned away costs the service nothing"

    front.desk.go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*asking)} == {200}
    assert (await front.web.post("/api/intake/cases", json={})).status_code == 200
    assert front.door.rooms["intake"].inside == 0


async def test_health_the_style_sheet_and_the_other_services_go_on(front: Front):
    asking = await front.filled()
    for path in ("/livez", "/readyz", "/metrics", "/static/chassis/closeloop.css", "/api/dispatch/duties", "/dispatch"):
        assert (await front.web.get(path)).status_code == 200, path
    assert (await front.web.get("/login")).status_code == 200
    front.desk.go_on.set()
    await asyncio.gather(*asking)


async def test_people_read_a_page_and_keep_what_they_entered(front: Front):
    asking = await front.filled()
    browser = {"accept": "text/html,*/*", "accept-language": "en"}
    page = await front.web.get("/intake/cases", headers=browser)
    assert page.status_code == 503 and page.headers["refresh"] == str(RETRY_AFTER)
    assert "tries again by itself" in page.text and "Too much is coming in" in page.text
    form = await front.web.post("/intake/cases", data={"content": "x"}, headers=browser)
    assert "still in the form" in form.text and "refresh" not in form.headers
    chinese = await front.web.post("/intake/cases", headers={"accept": "text/html", "cookie": "lang=zh"})
    assert "您填写的内容仍在表单中" in chinese.text
    part = await front.web.post("/intake/cases", headers={**browser, "hx-request": "true"})
    assert part.headers["hx-retarget"] == "#busy" and part.headers["hx-push-url"] == "false"
    assert part.text.startswith('<section class="error-summary" role="alert"')
    front.desk.go_on.set()
    await asyncio.gather(*asking)


async def test_a_body_that_comes_slowly_takes_nobody_s_place(front: Front):
    """Photos from a telephone in a cellar: minutes in which the service has nothing to do for them."""
    lines = [await asyncio.open_connection("127.0.0.1", front.port) for _ in range(MOST + 1)]
    for _reader, line in lines:
        line.write(b"POST /api/intake/cases HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345")
        await line.drain()
    front.desk.go_on.set()
    assert (await front.web.post("/api/intake/cases", json={})).status_code == 200
    for reader, line in lines:
        line.write(b"67890")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        line.close()
    assert front.door.rooms["intake"].inside == 0


async def test_a_connection_goes_on_after_it_was_turned_away(front: Front):
    """The body of what was turned away is passed over; an answer without body has none."""
    asking = await front.filled()
    reader, line = await asyncio.open_connection("127.0.0.1", front.port)
    line.write(b"POST /api/intake/cases HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503")
    await reader.readexactly(_length(head))
    line.write(b"123HEAD /api/intake/cases HTTP/1.1\r\nHost: x\r\n\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 503")
    line.write(b"GET /api/dispatch/duties HTTP/1.1\r\nHost: x\r\n\r\n")
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert json.loads(await reader.readexactly(_length(head))) == {"path": "/api/dispatch/duties"}
    line.close()
    front.desk.go_on.set()
    await asyncio.gather(*asking)


async def test_who_waits_to_be_asked_for_the_body_is_sent_away(front: Front):
    """Whoever was refused does not send it: what came next would be taken for it."""
    asking = await front.filled()
    reader, line = await asyncio.open_connection("127.0.0.1", front.port)
    line.write(b"POST /api/intake/cases HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n")
    said = await reader.read()
    assert said.startswith(b"HTTP/1.1 503") and b"\r\nconnection: close\r\n" in said
    line.close()
    front.desk.go_on.set()
    await asyncio.gather(*asking)


async def test_who_hangs_up_gives_the_place_back_once_the_work_is_done(front: Front):
    asking = await front.filled()
    for task in asking:
        task.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert front.door.rooms["intake"].inside == MOST, "what is under way is finished"
    front.desk.go_on.set()
    assert (await front.web.post("/api/intake/cases", json={})).status_code in (200, 503)
    async with asyncio.timeout(PATIENCE):
        while front.door.rooms["intake"].inside:
            await front.web.get("/livez")
    assert (await front.web.post("/api/intake/cases", json={})).status_code == 200


async def test_more_connections_than_there_are_handles_for_are_closed(front: Front):
    """Databases and the broker need handles, too."""
    front.door.most_connections = 1
    assert (await front.web.get("/livez")).status_code == 200
    reader, line = await asyncio.open_connection("127.0.0.1", front.port)
    async with asyncio.timeout(PATIENCE):
        assert await reader.read() == b""
    line.close()


def test_a_crowd_need_not_come_in_one_by_one():
    """The event loop in use takes one connection a turn by itself: who is last would wait for 64 busy turns."""
    turns = 0

    async def crowd() -> None:
        nonlocal turns
        bound = listening_socket("127.0.0.1", 0)
        server = server_of(Desk(), Door([], Settings()), stop_seconds=1)
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        visitors = [socket.create_connection(bound.getsockname()) for _ in range(CROWD)]
        while not (inside := server.server_state.connections):
            await asyncio.sleep(0)
        while len(inside) < CROWD:
            turns += 1
            await asyncio.sleep(0)
        for visitor in visitors:
            visitor.close()
        server.ask_to_stop()
        await serving

    run(crowd())
    assert turns <= CROWD / 4


class Short(socket.socket):
    """A port of a process that has no handle left, the first time it is looked at."""

    tries = 0

    def accept(self) -> tuple[socket.socket, object]:
        self.tries += 1
        if self.tries == 1:
            raise OSError(errno.EMFILE, "Too many open files")
        return super().accept()


async def test_whoever_comes_while_no_handle_is_left_is_let_in_a_moment_later():
    bound = Short(fileno=listening_socket("127.0.0.1", 0).detach())
    server = server_of(Desk(), Door([], Settings()), stop_seconds=1)
    serving = asyncio.create_task(server.serve(sockets=[bound]))
    async with httpx.AsyncClient(timeout=PATIENCE) as web:
        assert (await web.get("http://{}:{}/livez".format(*bound.getsockname()))).status_code == 200
    assert bound.tries >= 2
    server.ask_to_stop()
    await serving


def _length(head: bytes) -> int:
    [line] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return int(line.split(b":")[1])
