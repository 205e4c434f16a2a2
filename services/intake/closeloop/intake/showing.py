"""Cases and columns as the pages of the desk show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.records.words import in_field
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.vocabulary import CaseStatus, Text, label
from closeloop.intake import views
from closeloop.intake.model import Case, facts_of
from closeloop.intake.rights import may_rate
from closeloop.intake.timeline import rated_words

Words = dict[str, str]
Options = list[tuple[str, Any]]
TONES = {
    CaseStatus.REGISTERED: "waiting",
    CaseStatus.HANDLING: "info",
    CaseStatus.HANDLED: "neutral",
    CaseStatus.CLOSED: "good",
}
IN_THE_LIST = 46


def words(text: Text) -> Words:
    """A text of a pack as templates say it."""
    return {"zh": text.zh, "en": text.en}


def places_of(person: Person, pack: Pack | None = None) -> Options:
    """The places where this person works."""
    kinds = pack.head.places if pack else None
    return [
        (place.id, {"zh": place.name.zh, "en": place.name.en})
        for place in here.get().people.organisation.places
        if person.at(place.id) and (not kinds or place.kind in kinds)
    ]


def place_name(name: str | None) -> Words | str:
    """What people call a place."""
    place = here.get().people.organisation.place(name) if name else None
    return {"zh": place.name.zh, "en": place.name.en} if place else name or ""


def as_row(case: Case, kinds: Mapping[str, Words]) -> dict[str, Any]:
    """A case as a row of the register."""
    return {
        "number": case.number,
        "kind": kinds.get(case.kind, case.kind),
        "what": views.shortened(case.content, IN_THE_LIST),
        "place": place_name(case.place),
        "who": case.name or "",
        "anonymous": case.anonymous,
        "registered_at": case.registered_at,
        "status": words(label(case.status)),
        "tone": TONES[case.status],
        "round": case.round,
    }


def as_field(name: str, about: FormField) -> dict[str, Any]:
    """A column of the register as a page asks for it."""
    return {
        "name": f"fields.{name}",
        "label": words(about.title),
        "type": about.type,
        "hint": words(about.help) if about.help else "",
        "required": about.required,
        "unit": about.unit or "",
        "options": [(value, words(choice.title)) for value, choice in about.choices.items()],
    }


def told_of(case: Case, pack: Pack) -> Iterable[tuple[Any, Any]]:
    """What the columns of the register say of a case, in people's words."""
    register = pack.intake.registers[case.register_name]
    for name, value in {**case.told, **case.facts}.items():
        about = register.fields.get(name)
        yield (words(about.title), in_field(pack, about, value)) if about else (name, value)


def facets_of(case: Case, pack: Pack, person: Person, waiting: list[str]) -> list[dict[str, Any]]:
    """The facets of a case, what they are, and which of them this person rates."""
    facts = {**facts_of(case, pack), **case.facets}
    return [
        {
            "name": f"facets.{rule.name}",
            "label": words(rule.entry.title),
            "options": [(value, words(about.title)) for value, about in rule.entry.values.items()],
            "value": case.facets.get(rule.name, ""),
            "shown": next(
                (words(v.title) for name, v in rule.entry.values.items() if name == case.facets.get(rule.name)), ""
            ),
            "is_open": rule.name in waiting,
            "may_rate": may_rate(person, pack, rule.entry) and (rule.entry.may_change or rule.name not in case.facets),
        }
        for rule in pack.intake.facets
        if rule.name in case.facets or rule.applies(facts) is not False
    ]


def rated_so(pack: Pack, facets: Mapping[str, str]) -> Words:
    """Facets with their values, in one line."""
    return {"zh": "，".join(rated_words(pack, facets, "zh")), "en": ", ".join(rated_words(pack, facets, "en"))}
