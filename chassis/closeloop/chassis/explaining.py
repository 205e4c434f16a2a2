"""A case's whole way: what this service wrote down about it, for `closeloop explain` and the timeline."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select

from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.sealing import unseal
from closeloop.chassis.store.tables import JOURNAL


class Ended(BaseModel):
    """What became of a clause."""

    clause: str
    of: str
    end: str


class Happening(BaseModel):
    """One thing that this service wrote down."""

    at: datetime
    recorded_at: datetime
    service: str
    what: str
    by: str
    clauses: list[Ended]


class Explanation(BaseModel):
    """Everything that this service wrote down about a case."""

    service: str
    case: str
    items: list[Happening]


async def happenings(read: Read, service: str, key: str, person: Person) -> list[Happening]:
    """The service's journal of one key, in order; what is not for this person's eyes is left out."""
    rows = await read.all(select(JOURNAL).where(JOURNAL.c.key == key).order_by(JOURNAL.c.sequence))
    told = [(row, json.loads(unseal(row["body"]))) for row in rows]
    return [_happening(service, row["subject"], body) for row, body in told if _may_see(person, body["data"])]


def _may_see(person: Person, data: dict[str, Any]) -> bool:
    return person.at(data.get("place")) and person.hears(data.get("audience"))


def _happening(service: str, subject: str, body: dict[str, Any]) -> Happening:
    data = body["data"]
    judged = data.get("occasions", [])
    return Happening(
        at=data.get("occurred_at") or body["time"],
        recorded_at=body["time"],
        service=service,
        what=subject,
        by=data.get("by") or service,
        clauses=[Ended(clause=one["clause"], of=one["of"], end=one["end"]) for one in judged],
    )


def router(service: str) -> APIRouter:
    """`GET /api/<service>/explanations/{case}`."""
    router = APIRouter()

    @router.get(f"/api/{service}/explanations/{{case}}", name="explanation")
    async def explanation(case: str, person: CurrentPerson, read: Reading) -> Explanation:
        """What this service knows of a case."""
        items = await happenings(read, service, case, person)
        if not items:
            raise NotFound()
        return Explanation(service=service, case=case, items=items)

    return router
