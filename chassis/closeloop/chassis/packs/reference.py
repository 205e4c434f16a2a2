"""Every key that a pack may say, with its meaning: read from the schema that is installed, so never stale."""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from closeloop.chassis.packs.fitting import FITTING
from closeloop.contracts.descriptions import sentences
from closeloop.contracts.procedure import FILES, FOLDERS, Condition, Entry, Length
from closeloop.contracts.procedure.number import Number
from closeloop.contracts.vocabulary import Text

_WORDS: dict[Any, str] = {
    Text: "{zh, en}",
    Condition: "condition",
    Length: "length",
    Number: "number",
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true | false",
    Any: "anything",
    type(None): "none",
}


def keys_of(name: str) -> Iterator[str]:
    """What one file of a pack may say, line by line: its keys, then those of every part of it."""
    model = FILES.get(name) or FOLDERS[name]
    yield f"{name}.yaml" if name in FILES else f"{name}/<name>.yaml"
    seen: list[type[BaseModel]] = [model]
    for one in seen:
        yield from _of_model(one)
        seen.extend(below for below in _below(one) if below not in seen)


def _of_model(model: type[BaseModel]) -> Iterator[str]:
    yield ""
    yield f"{model.__name__}: {_first_sentence(model)}"
    if kinds := [kind.value for kind, entries in FITTING.items() if model.__name__ in entries]:
        yield f"  fulfils clauses of the kind {', '.join(kinds)}"
    told = sentences(model)
    own = () if not issubclass(model, Entry) else tuple(Entry.model_fields)
    for name, field in model.model_fields.items():
        if name not in own:
            must = "  (must be said)" if field.is_required() else ""
            yield f"  {field.alias or name}: {in_words(field.annotation)}{must}"
            yield f"      {told.get(name, '')}"
    if own:
        yield "  clauses: [clause]   or   own_practice: text"


def in_words(annotation: Any) -> str:
    """A type as the owner of a procedure writes it."""
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return in_words(parts[0])
    if origin is Literal:
        return " | ".join(str(part) for part in parts)
    if origin in (Union, types.UnionType):
        return " | ".join(dict.fromkeys(in_words(part) for part in parts if part is not type(None)))
    if origin is tuple:
        return f"[{in_words(parts[0])}]"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return f"{{name: {in_words(parts[1])}}}"
    if annotation in _WORDS:
        return _WORDS[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return " | ".join(str(one.value) for one in annotation)
    return getattr(annotation, "__name__", str(annotation)).lstrip("_")


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for field in model.model_fields.values():
        yield from _models_in(field.annotation)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel) and annotation not in _WORDS:
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _first_sentence(model: type[BaseModel]) -> str:
    return (inspect.getdoc(model) or "").split("\n\n")[0].replace("\n", " ")
