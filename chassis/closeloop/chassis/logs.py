"""The log: one line per piece of work and per thing an operator must know; services do not log."""

from __future__ import annotations

import json
import logging
import sys
import time
from typing import Any

LINES = "lines_of_pieces"
"""The name of the `extra` that holds the lines of a whole batch: what, and its fields."""
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}


class Lines(logging.Formatter):
    """A line says when, how grave, what; then the fields that were given as `extra`.

    Tracebacks never print local variables, and with them people's data.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line; a record of a batch as a line for each piece."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        stamp = f"{moment}.{int(record.created % 1 * 1_000_000):06d}Z"
        level = record.levelname.lower()
        if lines := getattr(record, LINES, None):
            return "\n".join([self.line(stamp, level, what, fields, "") for what, fields in lines])
        said = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        traceback = self.formatException(record.exc_info) if record.exc_info else ""
        return self.line(stamp, level, record.getMessage(), said, traceback)

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


def set_up_logs(level: str, layout: str) -> None:
    """Everything goes to standard error, in one shape."""
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # nothing of it is in a line
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if layout == "json" else Lines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("nats", "faststream", "asyncio", "aiosqlite", "uvicorn.access", "httpx", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
