"""Which keys may stand where in a pack, so that a wrong one can be answered with the right one."""

from __future__ import annotations

import difflib
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def nearest(word: str, known: Iterable[str]) -> str:
    """What to write instead of a word: the one that was probably meant, else all that there are."""
    known = [str(one) for one in known]
    if close := difflib.get_close_matches(str(word), known, n=1, cutoff=0.6):
        return f"did you mean {close[0]!r}?"
    return f"write one of {', '.join(known)}." if known else "there is none yet."


def keys_at(model: type[BaseModel], where: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand at a place below a part of a pack."""
    places: list[Any] = [model]
    for step in where:
        places = [below for place in places for below in _below(place, step)] or places
    return [key for place in places for key in _keys(place)]


def _keys(place: type[BaseModel]) -> Iterator[str]:
    for name, field in place.model_fields.items():
        yield field.alias or name


def _below(place: type[BaseModel], step: str | int) -> Iterator[Any]:
    for name, field in place.model_fields.items():
        if step in (name, field.alias):
            yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _models_in(get_args(annotation)[0])
    elif origin in (Union, types.UnionType, tuple, list):
        for one in get_args(annotation):
            yield from _models_in(one)
    elif isinstance(origin, type) and issubclass(origin, Mapping):
        yield from _models_in(get_args(annotation)[1])
