"""The log: one line per piece of work and per thing an operator must know; services do not log."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import time
from contextlib import nullcontext
from typing import Any, TextIO

_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class Lines(logging.Formatter):
    """A line says when, how grave, what; then the fields that were given as `extra`.

    Tracebacks never print local variables, and with them people's data.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        said = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        traceback = self.formatException(record.exc_info) if record.exc_info else ""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        stamp = f"{moment}.{int(record.created % 1 * 1_000_000):06d}Z"
        return self.line(stamp, record.levelname.lower(), record.getMessage(), said, traceback)

    def line(self, stamp: str, level: str, what: str, said: dict[str, Any], traceback: str) -> str:
        """The layout for people."""
        fields = " ".join([f"{name}={value}" for name, value in said.items()])
        return f"{stamp} [{level:7}] {what:24} {fields}" + (f"\n{traceback}" if traceback else "")


class JsonLines(Lines):
    """The layout for collectors."""

    def line(self, stamp: str, level: str, what: str, said: dict[str, Any], traceback: str) -> str:
        """One object per line."""
        whole = {"event": what, "level": level, "timestamp": stamp, **said}
        if traceback:
            whole["exception"] = traceback
        return json.dumps(whole, ensure_ascii=False, default=str)


class Together(logging.Handler):
    """The lines of one turn of the loop are written together: a line for each piece of a batch is one call."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.stream = stream
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line until the turn is over; outside the loop it is written at once."""
        self.lines.append(self.format(record))
        if len(self.lines) > 1:
            return
        try:
            asyncio.get_running_loop().call_soon(self.flush)
        except RuntimeError:
            self.flush()

    def flush(self) -> None:
        """Write what was kept."""
        with self.lock or nullcontext():
            lines, self.lines = self.lines, []
            if lines:
                self.stream.write("\n".join([*lines, ""]))
                self.stream.flush()


def set_up_logs(level: str, layout: str) -> None:
    """Everything goes to standard error, in one shape."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # nothing of it is in a line
    handler = Together(sys.stderr)
    handler.setFormatter(JsonLines() if layout == "json" else Lines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("nats", "faststream", "asyncio", "aiosqlite", "uvicorn.access", "httpx", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
