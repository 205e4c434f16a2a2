"""What each role may do and see: every entry of a pack that names it, its rights, and who has it now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from closeloop.chassis.people.desks import desks_by_right
from closeloop.contracts.procedure import Condition, Entry, Part, Scenario
from closeloop.contracts.procedure.entry import People as PeopleOf
from closeloop.contracts.procedure.entry import _To
from closeloop.contracts.vocabulary import Text

if TYPE_CHECKING:
    from closeloop.chassis.packs import Pack
    from closeloop.chassis.people.roster import People

NAMING = frozenset(
    {"desk", "by", "to", "to_role", "rated_by", "set_by", "granted_by", "tracked_by", "decided_by", "arranged_by"}
    | {"verified_by", "warn", "tells", "read_by", "further_by", "kept_by", "among", "owner"}
)
"""Keys of a pack under which a department or role stands."""


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that a procedure asks of a role."""

    section: str
    name: str
    title: dict[str, str] | None
    clauses: tuple[str, ...]


def roles_of(pack: Pack, people: People) -> list[dict[str, Any]]:
    """Every department and role of a procedure with its rights, its tasks, and the people who have it."""
    named: dict[str, list[Task]] = {}
    for section, part in pack.parts.items():
        if section != "procedure" and not isinstance(part, Scenario):
            for desk, task in _named(section, part, (), None):
                if task not in named.setdefault(desk, []):
                    named[desk].append(task)
    for name, parameter in pack.head.parameters.items():
        if parameter.set_by is not None:
            said = Task("parameters", name, parameter.title.model_dump(), parameter.clauses)
            named.setdefault(parameter.set_by, []).append(said)
    return [_role(desk, pack, people, named.get(desk, [])) for desk in (*pack.head.departments, *pack.head.roles)]


def _role(desk: str, pack: Pack, people: People, tasks: list[Task]) -> dict[str, Any]:
    role, above = pack.head.roles.get(desk), pack.superior_of(desk)
    return {
        "name": desk,
        "title": pack.title_of(desk).model_dump(),
        "is_department": role is None,
        "above": pack.title_of(above).model_dump() if above else None,
        "rights": list(role.may) if role else [],
        "tasks": [
            {"section": one.section, "name": one.name, "title": one.title, "clauses": list(one.clauses)}
            for one in tasks
        ],
        "people": [_person(one, desk, people) for one in people if desk in desks_by_right(one)],
    }


def _person(person: Any, desk: str, people: People) -> dict[str, Any]:
    away = people.presence.away(person.id, people.now())
    deputy = people.maybe(away.deputy) if away and away.deputy else None
    return {
        "login": person.id,
        "name": person.name,
        "places": sorted(person.places) if person.places is not None else None,
        "sees": sorted(person.departments) if person.departments is not None else None,
        "reads_restricted": sorted(person.audiences),
        "is_away": away is not None,
        "deputy": deputy.name if deputy else None,
    }


def _named(
    section: str, value: Any, path: tuple[str, ...], entry: tuple[str, Entry] | None
) -> Iterator[tuple[str, Task]]:
    if isinstance(value, Entry):
        entry = (".".join(path), value)
    if isinstance(value, Part) and not isinstance(value, Condition):
        for name, field in type(value).model_fields.items():
            if name not in value.model_fields_set:
                continue
            said = getattr(value, name)
            if name in NAMING and entry is not None:
                for desk in _desks(said):
                    yield desk, _task(section, *entry)
            yield from _named(section, said, (*path, field.alias or name), entry)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _named(section, one, (*path, str(name)), entry)
    elif isinstance(value, tuple):
        for one in value:
            yield from _named(section, one, path, entry)


def _desks(said: Any) -> tuple[str, ...]:
    if isinstance(said, str):
        return (said,)
    if isinstance(said, _To):
        return (said.desk,) if said.desk else said.among
    if isinstance(said, PeopleOf):
        return said.people
    return tuple(one for one in said if isinstance(one, str)) if isinstance(said, tuple) else ()


def _task(section: str, name: str, entry: Entry) -> Task:
    title = getattr(entry, "title", None) or getattr(entry, "text", None)
    return Task(section, name, title.model_dump() if isinstance(title, Text) else None, entry.clauses)
