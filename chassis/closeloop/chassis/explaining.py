"""A case's whole way: what this service wrote down about it, for `closeloop explain` and a page of every service."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from starlette.responses import Response

from closeloop.chassis.acting import here
from closeloop.chassis.explained import (
    Ended,
    Explanation,
    Happening,
    Judgment,
    Running,
    Stretch,
    judgments,
    with_its_ledger,
)
from closeloop.chassis.explained_words import EVENTS, LIMIT_STATES, STRETCHES, TONES, about, how_long
from closeloop.chassis.i18n import in_words
from closeloop.chassis.limits import Limit
from closeloop.chassis.pages import CurrentPage
from closeloop.chassis.pages.pages import TABS
from closeloop.chassis.people import CurrentPerson, Person
from closeloop.chassis.reading import Read, Reading
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.rows import table_of
from closeloop.chassis.store.tables import JOURNAL
from closeloop.contracts.vocabulary import OccasionEnd, Text, label

__all__ = ["Ended", "Explanation", "Happening", "Judgment", "Running", "Stretch", "explanation_of", "router"]


async def explanation_of(read: Read, service: str, key: str, person: Person) -> Explanation:
    """The service's journal of one key, in order; what is not for this person's eyes is left out."""
    rows = await read.all(select(JOURNAL).where(JOURNAL.c.key == key).order_by(JOURNAL.c.sequence))
    told = [(row["subject"], here.get().sealing.read(row["body"])) for row in rows]
    seen = [(subject, body) for subject, body in told if _may_see(person, body["data"])]
    case: dict[str, Any] = next((body["data"]["case"] for _subject, body in seen if body["data"].get("case")), {})
    limits = await _limits(read, key, case.get("place")) if seen else []
    return Explanation(
        service=service,
        case=key,
        number=_number_of([body["data"] for _subject, body in seen]) or case.get("number"),
        items=[_happening(service, subject, body) for subject, body in seen],
        occasions=judgments(((subject, body["data"]) for subject, body in seen), _text_of),
        limits=limits,
    )


def _number_of(told: list[dict[str, Any]]) -> str | None:
    """The number of a corrective action; a case is known by its header."""
    return next((data.get("number") for data in told if "action_id" in data), None)


async def _limits(read: Read, key: str, place: str | None) -> list[Running]:
    running = here.get()
    if Limit not in running.service.rows:
        return []
    table = table_of(Limit)
    found = await read.rows(Limit, select(table).where(table.c.key == key).order_by(table.c.started_at, table.c.id))
    now, calendar = running.now(), running.people.calendar(place)
    return [with_its_ledger(limit, calendar, place, now) for limit in found]


def _text_of(data: dict[str, Any], clause: str) -> Text | None:
    """The words of a clause in the version by which the case is judged, if that version is here."""
    try:
        pack = here.get().procedures.pack(clause.split("-", 1)[0], data.get("procedure_version") or None)
    except LookupError:
        return None
    about = pack.clauses.get(clause)
    return about.text if about else None


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
    """`GET /api/<service>/explanations/{case}`, and the page of the same name."""
    router = APIRouter()

    @router.get(f"/api/{service}/explanations/{{case}}", name="explanation")
    async def explanation(case: str, person: CurrentPerson, read: Reading) -> Explanation:
        """What this service knows of a case."""
        found = await explanation_of(read, service, case, person)
        if not found.items:
            raise NotFound()
        return found

    @router.get(f"/{service}/explanations/{{case}}", name="explain", include_in_schema=False)
    async def explain(case: str, person: CurrentPerson, read: Reading, page: CurrentPage) -> Response:
        """How the case went in this service, and where the other services tell their part."""
        found = await explanation_of(read, service, case, person)
        places = here.get().people.organisation
        return page.show(
            "chassis/explanation",
            explained=found,
            title_of_service=dict(TABS).get(service, service),
            others=[(name, title, f"/{name}/explanations/{case}") for name, title in TABS if name != service],
            end_of=lambda end: (label(OccasionEnd(end)).model_dump(), TONES.get(end, "neutral")),
            event=lambda what: EVENTS.get(what.rsplit(".", 1)[0], what),
            stretch=STRETCHES,
            about=about,
            how_long=how_long,
            states=LIMIT_STATES,
            place=lambda name: _name(places.place(name) if name else None, page.language) or name or "",
        )

    return router


def _name(place: Any, language: str) -> str | None:
    return in_words({"zh": place.name.zh, "en": place.name.en}, language) if place else None
