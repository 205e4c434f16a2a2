"""The bare limit of intake: a FastAPI handler that does one INSERT, with no promise but that."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import uvicorn
from fastapi import FastAPI, Request
from pydantic import BaseModel

TABLE = (
    "create table if not exists cases (id uuid primary key, procedure text, kind text, channel text, content text, "
    "name text, phone text, place text, remedy_sought text)"
)


class Who(BaseModel):
    """Who brings it."""

    name: str
    phone: str


class Brought(BaseModel):
    """The same body that intake takes."""

    procedure: str
    kind: str
    channel: str
    content: str
    customer: Who
    place: str
    remedy_sought: str


@asynccontextmanager
async def connected(app: FastAPI) -> AsyncIterator[None]:
    """The pool that every handler takes a connection from."""
    async with asyncpg.create_pool(sys.argv[2], min_size=10, max_size=10) as pool:
        await pool.execute(TABLE)
        app.state.pool = pool
        yield


app = FastAPI(lifespan=connected)


@app.get("/readyz")
async def readyz() -> dict[str, bool]:
    """It answers."""
    return {"ready": True}


@app.post("/cases", status_code=201)
async def register(brought: Brought, request: Request) -> dict[str, Any]:
    """One INSERT."""
    identity = uuid4()
    await request.app.state.pool.execute(
        "insert into cases values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        identity,
        brought.procedure,
        brought.kind,
        brought.channel,
        brought.content,
        brought.customer.name,
        brought.customer.phone,
        brought.place,
        brought.remedy_sought,
    )
    return {"id": str(identity), "status": "registered"}


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
