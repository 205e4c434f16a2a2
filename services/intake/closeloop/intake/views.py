"""What cases look like on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

from closeloop.chassis.packs import Pack
from closeloop.intake.model import Assessment, Case, Mark, customer, facts_of, standing
from closeloop.intake.timeline import Happened

SUMMARY = 160


def registered(case: Case) -> dict[str, Any]:
    """What whoever registers a case is told."""
    return {
        "id": case.id,
        "number": case.number,
        "status": case.status.value,
        "round": case.round,
        "facets": case.facets,
    }


def in_a_list(case: Case) -> dict[str, Any]:
    """A case as a row of the register."""
    return {
        "id": case.id,
        "number": case.number,
        "status": case.status.value,
        "procedure": case.procedure,
        "kind": case.kind,
        "basic_kind": case.basic_kind.value,
        "channel": case.channel,
        "place": case.place,
        "round": case.round,
        "facets": case.facets,
        "summary": shortened(case.content),
        "customer": case.name,
        "received_at": case.received_at,
        "registered_at": case.registered_at,
        "closed_at": case.closed_at,
    }


def whole_case(
    case: Case, pack: Pack, marks: Sequence[Mark], ratings: Sequence[Assessment], happened: Sequence[Happened]
) -> dict[str, Any]:
    """Everything about a case, for whoever may see it."""
    who = customer(case).model_dump(exclude_none=True)
    return {
        **in_a_list(case),
        "procedure_version": case.procedure_version,
        "department": case.department,
        "audience": case.audience.value,
        "content": case.content,
        "remedy_sought": case.remedy_sought,
        "customer": who,
        "contact_left": case.contact_left,
        "wants_callback": case.wants_callback,
        "received_by": case.received_by,
        "handover": case.handover,
        "taken_over_at": case.taken_over_at,
        "taken_over_by": case.taken_over_by,
        "fields": {**case.facts, **case.told},
        "assessment": assessment(case, pack, ratings),
        "marks": standing(marks, case.round),
        "marks_by_round": [_mark(mark) for mark in marks],
        "timeline": [one.as_json() for one in happened],
    }


def assessment(case: Case, pack: Pack, ratings: Sequence[Assessment]) -> dict[str, Any]:
    """How a case is rated, what is still open, and every rating so far."""
    return {
        "facets": case.facets,
        "assessed_at": case.assessed_at,
        "open": open_facets(case, pack),
        "history": [
            {
                "at": one.at,
                "by": one.rated_by,
                "facets": one.facets,
                "before": one.before,
                "reason": one.reason,
                "signed": one.sign_off,
            }
            for one in ratings
        ],
    }


def open_facets(case: Case, pack: Pack) -> list[str]:
    """The facets that a person still has to rate."""
    return [rule.name for rule in pack.intake.rate(facts_of(case, pack), case.facets).open]


def procedure(row: Mapping[str, Any], in_force: bool, pack: Pack) -> dict[str, Any]:
    """A version of a procedure."""
    since: datetime = row["valid_from"]
    title = {"zh": pack.title.zh, "en": pack.title.en}
    return {
        "procedure": row["procedure"],
        "version": row["version"],
        "title": title,
        "hash": row["hash"],
        "active_from": since,
        "in_force": in_force,
    }


def shortened(text: str, longest: int = SUMMARY) -> str:
    """The beginning of a text, on one line; a Chinese character is as wide as two Latin letters."""
    line, width = " ".join(text.split()), 0
    for at, character in enumerate(line):
        width += 2 if east_asian_width(character) in "WF" else 1
        if width > longest:
            return f"{line[:at]}…"
    return line


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "round": mark.round,
        "mark": mark.mark,
        "is_set": mark.is_set,
        "service": mark.publisher,
        "by": mark.set_by,
        "set_at": mark.set_at,
        "lifted_at": mark.lifted_at,
        "reason": mark.reason,
    }
