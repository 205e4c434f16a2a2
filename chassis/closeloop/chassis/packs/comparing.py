"""Two packs beside each other: which entries came, went or changed, in which words, and whom that concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel

from closeloop.chassis.packs.pack import Pack
from closeloop.contracts.procedure import Condition, Entry, Length, Part
from closeloop.contracts.vocabulary import Text

Where = tuple[str, ...]
Place = tuple[str, Where]
_DESKS = frozenset(
    {"desk", "by", "to", "among", "to_role", "rated_by", "set_by", "granted_by", "tracked_by", "decided_by"}
    | {"verified_by", "arranged_by", "warn", "restricted_to", "tells", "read_by", "further_by", "but"}
)
_BY_PERIOD = frozenset({"stats", "schedule"})


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that an entry says: under which key, before and after; none where it says nothing."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that came, went or says something else."""

    section: str
    where: Where
    what: Literal["added", "removed", "changed"]
    title: Text | None
    said: tuple[Said, ...]
    desks: tuple[str, ...]
    """Whom it concerns: departments and roles."""

    @property
    def counts_by_period(self) -> bool:
        """Whether it counts for periods that begin from then on, and not for cases registered from then on."""
        return self.section in _BY_PERIOD


def compare(old: Pack, new: Pack) -> list[Change]:
    """Everything in which two packs differ, in the order of the files; stories are left out."""
    before, after = _groups(old), _groups(new)
    places = [*after, *(place for place in before if place not in after)]
    found = []
    for place in sorted(places, key=lambda place: (_order(new, old).index(place[0]), places.index(place))):
        one, other = before.get(place), after.get(place)
        said = tuple(_said(one or {}, other or {}))
        if not said:
            continue
        what: Literal["added", "removed", "changed"] = (
            "added" if one is None else "removed" if other is None else "changed"
        )
        pack = old if other is None else new
        found.append(Change(*place, what, _title(pack, place), said, _desks(pack, place)))
    return found


def _order(new: Pack, old: Pack) -> list[str]:
    return [*new.parts, *(section for section in old.parts if section not in new.parts)]


def _groups(pack: Pack) -> dict[Place, dict[str, Any]]:
    """What every entry says, without the entries in it; what belongs to none stands under its own name."""
    groups: dict[Place, dict[str, Any]] = {}
    for section, part in pack.parts.items():
        if section.startswith("scenarios/"):
            continue
        for place, path, value in _leaves(section, part, (), None):
            group = place if place is not None else path[:2] if len(path) > 2 else path[:1]
            key = ".".join(path[len(group) :]) or path[-1]
            groups.setdefault((section, group), {})[key] = value
    return groups


def _leaves(section: str, value: Any, path: Where, entry: Where | None) -> Iterator[tuple[Where | None, Where, Any]]:
    if isinstance(value, Entry):
        entry = path
    if isinstance(value, Part) and not isinstance(value, Condition | Length):
        for name, field in type(value).model_fields.items():
            if name in value.model_fields_set:
                yield from _leaves(section, getattr(value, name), (*path, field.alias or name), entry)
    elif isinstance(value, Mapping) and value:
        for name, one in value.items():
            yield from _leaves(section, one, (*path, str(name)), entry)
    elif value is not None and value != ():
        yield entry, path, _plain(value)


def _plain(value: Any) -> Any:
    if (parameter := getattr(value, "parameter", None)) is not None:
        return {"parameter": parameter}
    if isinstance(value, Length):
        return str(value)
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return value if isinstance(value, bool | int | float | str) else str(value)


def _said(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Said]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield Said(key, before.get(key), after.get(key))


def _at(pack: Pack, place: Place) -> Any:
    found: Any = pack.parts.get(place[0])
    for step in place[1]:
        if isinstance(found, Mapping):
            found = found.get(step)
        else:
            names = {field.alias or name: name for name, field in type(found).model_fields.items()}
            found = getattr(found, names.get(step, step), None)
    return found


def _title(pack: Pack, place: Place) -> Text | None:
    found = _at(pack, place)
    title = getattr(found, "title", None) or getattr(found, "text", None)
    return title if isinstance(title, Text) else None


def _desks(pack: Pack, place: Place) -> tuple[str, ...]:
    """The desks that an entry names, or the entry around it, or the duties that run under it or are carried on it."""
    around = {at for one in (place, *_users(pack, place)) for at in (one, (one[0], one[1][:2]))}
    around |= {at for one in list(around) for at in _duties(pack, one)}
    named: dict[str, None] = {}
    for at in sorted(around):
        found = _at(pack, at)
        if isinstance(found, Part):
            named.update(dict.fromkeys(_named(found, "")))
    desks = {*pack.head.departments, *pack.head.roles}
    return tuple(name for name in named if name in desks)


def _users(pack: Pack, place: Place) -> list[Place]:
    """Where a parameter stands for a number or a length."""
    section, where = place
    if section != "procedure" or where[:1] != ("parameters",):
        return []
    wanted = {"parameter": where[1]}
    return [at for at, said in _groups(pack).items() if wanted in said.values()]


def _duties(pack: Pack, place: Place) -> Iterator[Place]:
    """The duties that run under a limit, or are carried on a form."""
    section, where = place
    for name, duty in pack.dispatch.said.duties.items():
        limits = {*duty.limits, *(duty.further_rounds.limits if duty.further_rounds else ())}
        runs = section == "dispatch" and where[:1] == ("limits",) and where[-1] in limits
        if runs or section == f"forms/{duty.form}":
            yield "dispatch", ("duties", name)


def _named(value: Any, key: str) -> Iterator[str]:
    if isinstance(value, str):
        if key in _DESKS:
            yield value
    elif isinstance(value, Part) and not isinstance(value, Condition):
        for name in type(value).model_fields:
            yield from _named(getattr(value, name), name)
    elif isinstance(value, Mapping):
        for name, one in value.items():
            yield from _named(one, str(name) if isinstance(one, str) else key)
    elif isinstance(value, tuple):
        for one in value:
            yield from _named(one, key)
