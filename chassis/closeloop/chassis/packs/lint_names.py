"""A name that one file calls and that must stand in another."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, TypeAlias

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.source import Source

Where: TypeAlias = tuple[str | int, ...]
Tables: TypeAlias = dict[str, Collection[str]]


def known(
    source: Source, section: str, where: Where, what: str, value: str | tuple[Any, ...], table: Collection[str]
) -> Iterator[Fault]:
    for one in (value,) if isinstance(value, str) else value:
        if isinstance(one, str) and one not in table:
            yield source.fault(section, where, f"There is no {what} {one!r}: {nearest(one, table)}")
