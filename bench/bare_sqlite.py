"""The bare limit of intake on SQLite: a FastAPI handler that does one aiosqlite INSERT and waits for the disk."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import aiosqlite
import uvicorn
from fastapi import FastAPI, Request

from bench.bare import TABLE, Brought, readyz


@asynccontextmanager
async def connected(app: FastAPI) -> AsyncIterator[None]:
    """The one connection that every handler writes through."""
    async with aiosqlite.connect(sys.argv[2], isolation_level=None) as connection:
        await connection.execute("pragma journal_mode=WAL")
        await connection.execute("pragma synchronous=FULL")
        await connection.execute(TABLE.replace("uuid", "text"))
        app.state.connection = connection
        yield


app = FastAPI(lifespan=connected)
app.get("/readyz")(readyz)


@app.post("/cases", status_code=201)
async def register(brought: Brought, request: Request) -> dict[str, Any]:
    """One INSERT, on the disk before it is answered."""
    identity = str(uuid4())
    await request.app.state.connection.execute(
        "insert into cases values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            identity,
            brought.procedure,
            brought.kind,
            brought.channel,
            brought.content,
            brought.customer.name,
            brought.customer.phone,
            brought.place,
            brought.remedy_sought,
        ),
    )
    return {"id": identity, "status": "registered"}


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
