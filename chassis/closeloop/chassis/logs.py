"""The log: one line per piece of work and per thing an operator must know; services do not log."""

from __future__ import annotations

import logging
import sys

import structlog

_RENDER: dict[str, structlog.typing.Processor] = {
    "json": structlog.processors.JSONRenderer(ensure_ascii=False),
    "text": structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(),
        exception_formatter=structlog.dev.plain_traceback,  # others print local variables, and with them people's data
    ),
}


def set_up_logs(level: str, layout: str) -> None:
    """Everything goes to standard error, in one shape."""
    shaped = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.stdlib.ExtraAdder(),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _RENDER[layout]],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(shaped)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("nats", "faststream", "asyncio", "aiosqlite", "uvicorn.access", "httpx", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
