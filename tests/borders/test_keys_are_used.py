"""No key of a pack is there for one procedure alone: two packs say it, or the list beside this test says why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from pydantic import BaseModel

from closeloop.chassis.packs.finding import folder_of
from closeloop.chassis.packs.source import read_source
from closeloop.contracts.procedure import FILES, FOLDERS, Length
from closeloop.contracts.procedure.clauses import Clauses
from closeloop.contracts.procedure.scenario import Move, Scenario, Then
from closeloop.contracts.vocabulary import Text

HOME = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("keys_used_once.yaml")
ONE_VALUE: tuple[type[BaseModel], ...] = (Length, Text)
"""Written as one value, not key by key."""
OF_TESTS: tuple[type[BaseModel], ...] = (Scenario, Move, Then)
"""What a story may say is no rule."""


def key_of(model: type[BaseModel], name: str) -> str:
    """A key by the part that says it first: `clauses` is the same of every entry."""
    said_by = next(one for one in reversed(model.__mro__) if name in getattr(one, "__annotations__", {}))
    return f"{said_by.__name__.lstrip('_')}.{model.model_fields[name].alias or name}"


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The parts that may stand where something is written."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for one in get_args(annotation):
        yield from models_in(one)


def every_key() -> dict[str, str]:
    """Every key of every part of a pack, with the file in which it may stand."""
    keys: dict[str, str] = {}
    for section, model in {**FILES, **FOLDERS}.items():
        seen: list[type[BaseModel]] = [model]
        for part in seen:
            if part in ONE_VALUE or part in OF_TESTS:
                continue
            for name, about in part.model_fields.items():
                keys.setdefault(key_of(part, name), section)
                seen += [below for below in models_in(about.annotation) if below not in seen]
    return keys


def said_in(part: Any) -> Iterator[str]:
    """Every key that is written somewhere in a part."""
    if isinstance(part, BaseModel):
        if isinstance(part, (*ONE_VALUE, *OF_TESTS)):
            return
        for name in part.model_fields_set:
            yield key_of(type(part), name)
            yield from said_in(getattr(part, name))
    elif isinstance(part, Mapping):
        for below in part.values():
            yield from said_in(below)
    elif isinstance(part, tuple | list):
        for below in part:
            yield from said_in(below)


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    """Key to the packs that say it."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for place in sorted((HOME / "procedures").iterdir()):
        folder = folder_of(place)
        if (folder / "procedure.yaml").exists():
            for part in read_source(folder).parts.values():
                for key in said_in(part):
                    found[key].add(place.name)
    return found


@pytest.fixture(scope="module")
def listed() -> dict[str, str]:
    """Key, or part of a pack, to the reason for which it is there though fewer than two packs say it."""
    reasons: dict[str, str] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return reasons


def is_listed(key: str, listed: Mapping[str, str]) -> bool:
    """Whether the key, or the whole part to which it belongs, stands in the list."""
    return key in listed or key.partition(".")[0] in listed


def test_every_key_is_said_by_two_packs_or_listed_with_its_reason(said, listed):
    lonely = {key: sorted(said.get(key, ())) for key in every_key() if len(said.get(key, ())) < 2}
    assert {key: packs for key, packs in lonely.items() if not is_listed(key, listed)} == {}


def test_the_list_holds_nothing_else_and_says_why(said, listed):
    lonely = {key for key in every_key() if len(said.get(key, ())) < 2}
    lonely |= {key.partition(".")[0] for key in lonely}
    assert sorted(set(listed) - lonely) == [], "two packs say them by now, or they are there no more"
    assert [key for key, reason in listed.items() if len(reason.split()) < 5] == []


def test_a_key_that_nobody_says_would_be_found(said):
    assert "Clauses.not_yet" in every_key() and key_of(Clauses, "not_yet") == "Clauses.not_yet"
    assert len(said["Entry.clauses"]) > 1 and len(said["Duty.steps"]) > 1
