"""A pack without one of its clauses: what was bound to this clause alone is gone, the rest no longer names it.

What only referred to an entry that is gone goes with it, and so does what cannot stand without it: the limit that a
step stopped, the mark that it set. An entry without which the pack no longer loads or passes lint stays and loses only
the binding. Stories are left out: they are played by those who test.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError

from closeloop.chassis.packs.faults import BadPack, Fault
from closeloop.chassis.packs.finding import pack_from
from closeloop.chassis.packs.lint import faults_in
from closeloop.chassis.packs.lint_references import check_references
from closeloop.chassis.packs.pack import entries_in
from closeloop.chassis.packs.source import Source, read_source
from closeloop.chassis.packs.written import Where, Written
from closeloop.contracts.procedure import FILES, FOLDERS, Clauses, Part
from closeloop.contracts.procedure.step import moment_of

UNBOUND = "A test took the binding away."
REFERENCES_DEEP = 40
Contents: TypeAlias = dict[str, Any]
Place: TypeAlias = tuple[str, Where]


@dataclass(frozen=True)
class Mutant:
    """What became of the entries of a clause."""

    clause: str
    gone: tuple[str, ...]
    unbound: tuple[str, ...]


def mutants_of(folder: Path, into: Path, clauses: Iterable[str] | None = None) -> list[Mutant]:
    """Writes one mutant of a pack for each of its clauses that an entry names: `into` / number of the clause."""
    source = read_source(folder)
    said = source.parts["clauses"]
    assert isinstance(said, Clauses)
    made = []
    for clause in said.clauses if clauses is None else clauses:
        mutant, contents = _mutate(source, clause)
        if contents is not None:
            _write(contents, into / clause)
            made.append(mutant)
    return made


def _mutate(source: Source, clause: str) -> tuple[Mutant, Contents | None]:
    named = {
        (section, where): entry.clauses
        for section, part in source.parts.items()
        for where, entry in entries_in(part, ())
        if clause in entry.clauses
    }
    if not named:
        return Mutant(clause, (), ()), None
    contents: Contents = {
        section: deepcopy(written.content)
        for section, written in source.files.items()
        if not section.startswith("scenarios/")
    }
    for place in named:
        _unbind(contents, place, clause)
    alone = [place for place, clauses in named.items() if set(clauses) == {clause}]
    less = _without(contents, alone)
    gone = alone if less is not None else []
    if less is None:
        less = contents
        for place in alone:
            if not _is_there(less, place):
                gone = [*gone, place]
            elif (without := _without(less, [place])) is not None:
                less, gone = without, [*gone, place]
    _say_what_is_not_fulfilled(less)
    return Mutant(clause, _names(gone), _names(place for place in named if place not in gone)), less


def _without(contents: Contents, places: list[Place]) -> Contents | None:
    """The pack without these entries and what refers to them; nothing if it does not hold together any more."""
    less = deepcopy(contents)
    for section, where in sorted(places, key=lambda place: len(place[1]), reverse=True):
        if where:
            _remove(less[section], where)
        else:
            del less[section]
    words = {word for section, where in places for word in _called(section, where)}
    for _ in range(REFERENCES_DEEP):
        _say_what_is_not_fulfilled(less)
        source = _source_of(less)
        faults = _faults(source) if source else None
        if source is None or not faults:
            return less if source else None
        dropped = [_drop_reference(less, source, fault, words) for fault in sorted(faults, reverse=True)]
        if not any(dropped):
            return None
    return None


def _source_of(contents: Contents) -> Source | None:
    """The pack as if it had been read from files in which every value has a line of its own."""
    files: dict[str, Written] = {}
    parts: dict[str, Part] = {}
    for section, content in contents.items():
        lines = count(1)
        written = Written(f"{section}.yaml", content, {where: next(lines) for where in _places(content, ())})
        model = FOLDERS[section.split("/")[0]] if "/" in section else FILES[section]
        try:
            parts[section] = model.model_validate(content)
        except ValidationError:
            return None
        files[section] = written
    return Source(Path(), files, parts)


def _places(content: Any, where: Where) -> Iterator[Where]:
    yield where
    below = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, one in below:
        yield from _places(one, (*where, step))


def _faults(source: Source) -> list[Fault]:
    try:
        pack_from(source)
    except BadPack as bad:
        return list(bad.faults)
    return sorted(check_references(source)) or sorted(faults_in(source))  # names first: they are quickly looked up


def _drop_reference(contents: Contents, source: Source, fault: Fault, words: set[str]) -> bool:
    """What only names an entry that is gone goes too; what applies only by its facts goes as a whole."""
    section = fault.file.removesuffix(".yaml")
    if section not in source.files:
        return False
    for where, line in source.files[section].lines.items():
        if line != fault.line or not where or not _is_there(contents, (section, where)):
            continue
        value = _value(contents[section], where)
        if isinstance(value, list) and (listed := [one for one in value if str(one) in words]):
            value.remove(listed[0])
            return True
        if not {str(where[-1]), str(value)} & words:
            return False
        if "when" in where:
            where = where[: where.index("when")]
            if not where or not isinstance(where[-1], int):
                return False
        return _remove_with_what_needs_it(contents, section, where, words)
    return False


def _called(section: str, where: Where) -> Iterator[str]:
    """The words by which others refer to an entry; to a step by its moment, too, and from outside with its duty."""
    name = str(where[-1]) if where else section.split("/")[-1]
    yield name
    if len(where) > 2 and where[-2] == "steps":
        yield from (moment_of(name), f"{where[-3]}.{name}", f"{where[-3]}.{moment_of(name)}")


def _remove_with_what_needs_it(contents: Contents, section: str, where: Where, words: set[str]) -> bool:
    """The reference goes; where its entry cannot be read without it, the entry goes, and who refers to that."""
    model = FOLDERS[section.split("/")[0]] if "/" in section else FILES[section]
    while where:
        less = deepcopy(contents[section])
        _remove(less, where)
        try:
            model.model_validate(less)
        except ValidationError:
            where = where[:-1]
            continue
        contents[section] = less
        words.update(_called(section, where))
        return True
    return False


def _unbind(contents: Contents, place: Place, clause: str) -> None:
    section, where = place
    entry = _value(contents[section], where)
    entry["clauses"] = [one for one in entry["clauses"] if one != clause]
    if not entry["clauses"]:
        del entry["clauses"]
        entry["own_practice"] = UNBOUND


def _say_what_is_not_fulfilled(contents: Contents) -> None:
    said = contents["clauses"]
    entries = [content for section, content in contents.items() if section != "clauses" and "scenarios" not in section]
    fulfilled = {number for content in entries for number in _bound_in(content)}
    said["not_yet"] = [
        number
        for number, about in said["clauses"].items()
        if number not in fulfilled and not about.get("by_construction")
    ]


def _bound_in(content: Any) -> set[str]:
    """Every clause that an entry names; a parameter gives a number and fulfils none."""
    if isinstance(content, list):
        return {number for one in content for number in _bound_in(one)}
    if not isinstance(content, dict):
        return set()
    own = content.get("clauses", ())
    below = (one for name, one in content.items() if name not in ("clauses", "parameters"))
    return {*own, *(number for one in below for number in _bound_in(one))}


def _write(contents: Contents, folder: Path) -> None:
    for section, content in contents.items():
        file = folder / f"{section}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _value(content: Any, where: Where) -> Any:
    for step in where:
        content = content[step]
    return content


def _is_there(contents: Contents, place: Place) -> bool:
    section, where = place
    try:
        _value(contents[section], where)
    except (KeyError, IndexError):
        return False
    return True


def _remove(content: Any, where: Where) -> None:
    del _value(content, where[:-1])[where[-1]]


def _names(places: Iterable[Place]) -> tuple[str, ...]:
    return tuple(f"{section}.yaml {'.'.join(map(str, where))}".rstrip() for section, where in places)
