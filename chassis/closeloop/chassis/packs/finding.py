"""Where packs are: in a folder, or installed as a distribution of their own."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from closeloop.chassis.packs.faults import BadPack, Fault
from closeloop.chassis.packs.given import source_given
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.lint_conditions import unreadable
from closeloop.chassis.packs.pack import Pack
from closeloop.chassis.packs.source import Source, read_head, read_source
from closeloop.contracts.procedure.head import Head

GROUP = "closeloop.procedures"


def installed_packs() -> Iterator[tuple[str, Path]]:
    """Name and folder of every installed pack."""
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield point.name, _folder_of(point)


def packs_for(desks: Collection[str]) -> list[tuple[str, Path]]:
    """The installed packs that work in an organisation with these desks: it has the one that receives their cases.

    Where a single pack is installed there is nothing to choose.
    """
    packs = list(installed_packs())
    return packs if len(packs) == 1 else [(name, folder) for name, folder in packs if read_head(folder).desk in desks]


def folder_of(where: str | Path) -> Path:
    """The folder that holds the YAML files: the one named, the package in it, or that of an installed pack."""
    path = Path(where)
    if (path / "procedure.yaml").exists():
        return path
    if path.is_dir():
        inside = sorted(found.parent for found in path.glob("*/procedure.yaml"))
        return inside[0] if len(inside) == 1 else path
    points = {point.name: point for point in entry_points(group=GROUP)}
    if str(where) in points:
        return _folder_of(points[str(where)])
    known = nearest(str(where), sorted(points))
    raise BadPack(Fault(str(where), 0, f"There is neither a folder nor an installed pack of this name: {known}"))


def find_source(where: str | Path) -> Source:
    """Reads the files of a pack, wherever it is."""
    source = read_source(folder_of(where))
    head = source.parts["procedure"]
    assert isinstance(head, Head)
    points = {point.name: point for point in entry_points(group=GROUP)}
    if where in points and head.id != where:
        fault = f"The pack calls itself {head.id}, but it is installed as {where}: make them the same."
        raise BadPack(source.fault("procedure", ("id",), fault))
    return source


def load_pack(where: str | Path) -> Pack:
    """Loads a pack from a folder, or by the name under which it is installed."""
    source = find_source(where)
    return pack_from(source)


def pack_from(source: Source) -> Pack:
    """Makes the rules ready; a condition that cannot be read is said with its line."""
    if faults := tuple(unreadable(source_given(source))):
        raise BadPack(*sorted(faults))
    return Pack(source.parts)


def _folder_of(point: EntryPoint) -> Path:
    try:
        spec = find_spec(point.module)
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.submodule_search_locations:
        raise BadPack(Fault(point.name, 0, f"The pack is installed, but its package {point.module} is not there."))
    return Path(next(iter(spec.submodule_search_locations)))
