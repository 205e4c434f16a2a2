"""A pack as it stands in its folder: every file read into its model, with the lines remembered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from closeloop.chassis.packs.faults import BadPack, Fault
from closeloop.chassis.packs.known_keys import keys_at, nearest
from closeloop.chassis.packs.written import Where, Written, read_written
from closeloop.contracts.procedure import FILES, FOLDERS, Head, Part

P = TypeVar("P", bound=Part)


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a pack."""

    folder: Path
    files: dict[str, Written]
    """Section (intake, forms/QR-022 ...) to what is written in its file."""
    parts: dict[str, Part]
    """Section to the model of it."""

    def fault(self, section: str, where: Where, sentence: str) -> Fault:
        """Something is wrong at a place of a section."""
        written = self.files.get(section)
        return written.fault(where, sentence) if written else Fault(f"{section}.yaml", 0, sentence)

    def part(self, section: str, model: type[P]) -> P:
        """What one file says; a file that is left out says nothing."""
        part = self.parts.get(section)
        if part is None:
            part = model()
        assert isinstance(part, model)
        return part

    def folded(self, folder: str) -> dict[str, Part]:
        """The parts of one folder; name to part."""
        return {name.split("/")[1]: part for name, part in self.parts.items() if name.startswith(f"{folder}/")}


def read_source(folder: Path) -> Source:
    """Reads every file of a pack, or says everything that is wrong with them."""
    if not folder.is_dir():
        raise BadPack(Fault(str(folder), 0, "There is no such folder: name the folder of a pack or an installed pack."))
    files: dict[str, Written] = {}
    parts: dict[str, Part] = {}
    faults: list[Fault] = []
    for section, path, model in _sections(folder, faults):
        try:
            files[section] = read_written(path, f"{section}.yaml")
            parts[section] = _validated(model, files[section])
        except BadPack as bad:
            faults.extend(bad.faults)
    if faults:
        raise BadPack(*sorted(faults))
    return Source(folder, files, parts)


def read_head(folder: Path) -> Head:
    """Reads only what the procedure is called and who works by it."""
    head = _validated(Head, read_written(folder / "procedure.yaml", "procedure.yaml"))
    assert isinstance(head, Head)
    return head


def _sections(folder: Path, faults: list[Fault]) -> Iterator[tuple[str, Path, type[Part]]]:
    for section, model in FILES.items():
        path = folder / f"{section}.yaml"
        if path.exists() or not _may_be_left_out(model):
            yield section, path, model
    for path in sorted(folder.glob("*.y*ml")):
        if path.name not in {f"{section}.yaml" for section in FILES}:
            known = nearest(path.name, (f"{section}.yaml" for section in FILES))
            faults.append(Fault(path.name, 0, f"A pack has no such file: {known}"))
    for name, model in FOLDERS.items():
        for path in sorted((folder / name).glob("*.yaml")):
            yield f"{name}/{path.stem}", path, model


@cache
def _may_be_left_out(model: type[Part]) -> bool:
    return not any(field.is_required() for field in model.model_fields.values())


def _validated(model: type[Part], written: Written) -> Part:
    if not isinstance(written.content, dict):
        raise BadPack(written.fault((), f"This file holds keys: write one of {', '.join(keys_at(model, ()))}."))
    try:
        return model.model_validate(written.content)
    except ValidationError as error:
        raise BadPack(*(_fault(model, written, one) for one in error.errors(include_url=False))) from None


def _fault(model: type[Part], written: Written, error: ErrorDetails) -> Fault:
    return written.fault(_place(written, error["loc"]), _sentence(model, error))


def _place(written: Written, loc: Where) -> Where:
    """The place in the file; pydantic also names steps that nobody wrote, such as the branch of a choice."""
    place: Where = ()
    for step in loc:
        if (*place, step) in written.lines:
            place = (*place, step)
    return place


def _sentence(model: type[Part], error: ErrorDetails) -> str:
    loc, found, context = error["loc"], error["input"], error.get("ctx", {})
    key = str(loc[-1]) if loc else ""
    match error["type"]:
        case "missing":
            return f"The key {key!r} is missing{_in(loc[:-1])}: add it."
        case "extra_forbidden":
            return f"There is no key {key!r}{_in(loc[:-1])}: {nearest(key, keys_at(model, loc[:-1]))}"
        case "enum" | "literal_error":
            allowed = context["expected"].replace(" or ", ", ").replace("'", "").split(", ")
            return f"{_named(loc)} cannot be {found!r}: {nearest(str(found), allowed)}"
        case "value_error":
            said = error["msg"].removeprefix("Value error, ")
            return said if said[:1].isupper() else f"{_named(loc)} is not complete or not right: {said.rstrip('.')}."
        case "string_pattern_mismatch" if key == "[key]":
            return f"The name {found!r} does not fit: write it so that it matches {context['pattern']}."
        case "string_pattern_mismatch":
            return f"{_named(loc)} cannot be {found!r}: write it so that it matches {context['pattern']}."
        case "model_type" | "dict_type" | "model_attributes_type":
            keys = keys_at(model, loc)
            return f"{_named(loc)} cannot be {_short(found)}: write keys below it{_such_as(keys)}."
        case "tuple_type":
            return f"{_named(loc)} cannot be {_short(found)}: write a list, such as [{_short(found).strip(chr(39))}]."
        case _:
            return f"{_named(loc)} cannot be {_short(found)}: {error['msg'][:1].lower()}{error['msg'][1:]}."


def _such_as(keys: list[str]) -> str:
    return f", such as {', '.join(keys[:4])}" if keys else ""


def _in(loc: Where) -> str:
    return f" in {'.'.join(map(str, loc))}" if loc else ""


def _named(loc: Where) -> str:
    return ".".join(map(str, loc)) or "This"


def _short(found: Any) -> str:
    text = repr(found)
    return text if len(text) <= 60 else text[:57] + "..."
