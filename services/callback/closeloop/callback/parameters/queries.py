"""The parameters of the procedures in force that a role sets, with everything that was ever set."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from closeloop.chassis.packs import Pack
from closeloop.chassis.parameters import ParameterValue, history_of
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.refusals import NotFound
from closeloop.contracts.procedure.head import Parameter


@dataclass(frozen=True)
class Setting:
    """A parameter, what it is now, and its history."""

    pack: Pack
    name: str
    parameter: Parameter
    history: list[ParameterValue]
    now: datetime

    @property
    def value(self) -> str | None:
        """What it is now: as it was set, else as the pack says; none where each place has its own."""
        if self.parameter.each is not None:
            return None
        set_by_now = next((one.value for one in self.history if one.valid_from <= self.now), None)
        said = self.parameter.value
        return set_by_now if set_by_now is not None else None if said is None else str(said)

    def may_be_set_by(self, person: Person) -> bool:
        """Whether this person sets it."""
        return self.parameter.set_by is not None and person.may(self.parameter.set_by)


def pack_with(packs: list[Pack], name: str) -> Pack:
    """The procedure in force that has a parameter of this name."""
    found = next((pack for pack in packs if name in pack.head.parameters), None)
    if found is None:
        raise NotFound()
    return found


async def settings(read: Read, packs: list[Pack], now: datetime) -> list[Setting]:
    """The shares and counts that a role sets."""
    return [
        Setting(pack, name, parameter, await history_of(read, pack.id, name), now)
        for pack in packs
        for name, parameter in pack.head.parameters.items()
        if parameter.set_by is not None and parameter.unit != "length"
    ]
