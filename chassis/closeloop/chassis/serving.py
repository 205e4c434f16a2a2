"""Serving: a socket, a web server that stops cleanly, and the sentences for when it cannot start."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import uvicorn
from starlette.types import ASGIApp

from closeloop.chassis.i18n import Sentence, _

if TYPE_CHECKING:
    from closeloop.chassis.door import Door

CANNOT_START = 1
BACKLOG = 1024
YOUNG_OBJECTS = 20_000
"""Made before the young ones are looked through: more than a batch of 64 cases makes."""
LET_IN_AT_ONCE = 100
"""New connections in a turn of the loop: the quick loop by itself takes one, and under load turns are long."""
NO_HANDLE_LEFT_PAUSE_SECONDS = 0.1


class CannotStart(Exception):
    """Something outside keeps Closeloop from starting; the sentence says what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


def listening_socket(host: str, port: int) -> socket.socket:
    """The port is ours from here on."""
    bound = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        bound.listen(BACKLOG)
    except OSError as trouble:
        bound.close()
        raise CannotStart(
            _(
                "Port {port} on {host} cannot be used ({trouble}): stop what runs there, "
                "or name another one with CLOSELOOP_PORT; 0 takes a free one.",
                port=port,
                host=host,
                trouble=trouble.strerror or str(trouble),
            )
        ) from None
    return bound


async def serve(app: ASGIApp, bound: socket.socket, door: Door, *, stop_seconds: float) -> None:
    """Answer requests until the process is asked to stop."""
    server = server_of(app, door, stop_seconds=stop_seconds)
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, server.ask_to_stop)
    settle_memory()
    await server.serve(sockets=[bound])


def server_of(app: ASGIApp, door: Door, *, stop_seconds: float) -> ServerOfOurs:
    """The web server, with nobody but its door in front of the application."""
    from closeloop.chassis.door import at_this  # most commands that say sentences here serve nothing

    config = uvicorn.Config(
        app,
        http=at_this(door),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=max(1, int(stop_seconds)),
        server_header=False,
    )
    return ServerOfOurs(config)


def settle_memory() -> None:
    """What was loaded so far stays: looking through it again and again took a sixth of the time of a case."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, *gc.get_threshold()[1:])


class ServerOfOurs(uvicorn.Server):
    """Lets in everybody who stands before the port, and is asked to stop by whoever started it."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.coming: set[asyncio.Task[Any]] = set()

    def ask_to_stop(self) -> None:
        """Finish what is under way."""
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        for bound in sockets or []:
            bound.setblocking(False)
            self._open(bound)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for bound in sockets or []:
            asyncio.get_running_loop().remove_reader(bound)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def _open(self, bound: socket.socket) -> None:
        if not self.should_exit:
            asyncio.get_running_loop().add_reader(bound, self._let_in, bound)

    def _let_in(self, bound: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for _turn in range(LET_IN_AT_ONCE):
            try:
                line, _address = bound.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError:  # no handle is left: whoever stands there waits until somebody goes
                loop.remove_reader(bound)
                loop.call_later(NO_HANDLE_LEFT_PAUSE_SECONDS, self._open, bound)
                return
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, True)
            coming = loop.create_task(loop.connect_accepted_socket(self._spoken, line))
            self.coming.add(coming)
            coming.add_done_callback(self.coming.discard)

    def _spoken(self) -> asyncio.Protocol:
        made = self.config.http_protocol_class
        return made(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]


def run(main: Any) -> None:
    """Run to the end on the quick event loop."""
    import uvloop

    uvloop.run(main)


def give_up(sentence: Sentence | str, code: int = CANNOT_START) -> NoReturn:
    """One sentence, in the language of the terminal, and the exit code."""
    sys.stderr.write(f"{sentence.in_(terminal_language()) if isinstance(sentence, Sentence) else sentence}\n")
    raise SystemExit(code)


def terminal_language() -> str:
    """What the terminal speaks: `zh` or `en`."""
    import os

    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if spoken.startswith("zh") else "en"
