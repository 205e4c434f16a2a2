"""The packs whose clauses are tested: whatever stands under procedures/, and by which mark a test names a clause."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from closeloop.chassis.packs import Pack, load_pack
from closeloop.chassis.packs.finding import folder_of
from closeloop.contracts.procedure.head import Parameter

PROCEDURES = Path(__file__).parents[2] / "procedures"


def clause(*numbers: str) -> pytest.MarkDecorator:
    """The test shows these clauses at work: it fails as soon as the pack no longer fulfils one of them."""
    return pytest.mark.clause(*numbers)


@dataclass(frozen=True)
class Tested:
    """A pack in its folder."""

    folder: Path
    pack: Pack

    @property
    def organisation(self) -> Path:
        """The example organisation that comes with the pack: beside its folder of rules, or in it."""
        places = (folder / "organisation.example.yaml" for folder in (self.folder, self.folder.parent))
        return next(place for place in places if place.exists())

    def bindings_of(self, number: str) -> list[str]:
        """The entries that fulfil a clause, with the file of each: dispatch.yaml limits.arrange_handling."""
        return [
            f"{section}.yaml {'.'.join(map(str, where))}".rstrip()
            for section, where, entry in self.pack.entries()
            if number in entry.clauses and not isinstance(entry, Parameter)
        ]

    def is_bound(self, number: str) -> bool:
        """Whether the pack says how the clause is fulfilled."""
        if number in self.pack.not_yet:
            return False
        return bool(self.pack.clauses[number].by_construction or self.bindings_of(number))


@cache
def packs() -> dict[str, Tested]:
    """Every pack by the id of its procedure."""
    found = {}
    for place in sorted(PROCEDURES.iterdir()):
        folder = folder_of(place)
        if (folder / "procedure.yaml").exists():
            pack = load_pack(folder)
            found[pack.id] = Tested(folder, pack)
    return found


def procedure_of(number: str) -> str:
    """The procedure to which a clause belongs: what stands before the first hyphen of its number."""
    return number.partition("-")[0]
