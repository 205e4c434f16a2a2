"""The connectors that are installed: found by entry point, made once, and what each lacks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from closeloop.chassis.connectors.hooks import GROUPS, PROTOCOLS, Carrier, Channel, Export, Kind, Notifier
from closeloop.chassis.i18n import Sentence, _


@dataclass(frozen=True, slots=True)
class Found:
    """One installed connector; `connector` is none where it could not be made, and `trouble` says why."""

    kind: Kind
    name: str
    distribution: str
    version: str
    does: str = ""
    connector: Any = None
    trouble: Sentence | None = None
    lacks: Sentence | None = None

    @property
    def is_ready(self) -> bool:
        """Whether it can work."""
        return self.connector is not None and self.lacks is None


@dataclass(frozen=True)
class Connectors:
    """Those that are ready, by name."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    notifiers: Mapping[str, Notifier] = field(default_factory=dict)
    exports: Mapping[str, Export] = field(default_factory=dict)

    @classmethod
    def of(cls, found: Iterable[Found]) -> Connectors:
        """The ready ones of those that were found."""
        ready: dict[str, dict[str, Any]] = {kind: {} for kind in GROUPS}
        for one in found:
            if one.is_ready:
                ready[one.kind][one.name] = one.connector
        return cls(**ready)

    def carrier(self, name: str) -> Carrier | None:
        """The channel or notifier of this name."""
        return self.channels.get(name) or self.notifiers.get(name)

    def reaching(self, desk: str) -> tuple[str, ...]:
        """The notifiers by which the people of a desk are told."""
        return tuple(name for name, notifier in self.notifiers.items() if notifier.reaches(desk))

    @property
    def carry(self) -> bool:
        """Whether any letter can go out."""
        return bool(self.channels or self.notifiers)


def find_connectors() -> list[Found]:
    """Every connector that is installed, ready or not."""
    points = ((kind, point) for kind, group in GROUPS.items() for point in entry_points(group=group))
    return sorted(
        (_found(kind, point) for kind, point in points), key=lambda one: (list(GROUPS).index(one.kind), one.name)
    )


@cache
def installed() -> Connectors:
    """The ready connectors of this process."""
    return Connectors.of(find_connectors())


def _found(kind: Kind, point: EntryPoint) -> Found:
    made_by = point.dist
    name, version = (made_by.name, made_by.version) if made_by else ("?", "?")
    try:
        about = point.load()
        connector = about()
    except Exception as mistake:  # whoever wrote it made it: the house goes on without it, and doctor says so
        why = f"{type(mistake).__name__}: {mistake}"
        return Found(kind, point.name, name, version, trouble=_("It cannot be loaded ({why}).", why=why))
    if not isinstance(connector, PROTOCOLS[kind]):
        wanted = PROTOCOLS[kind].__name__
        return Found(
            kind,
            point.name,
            name,
            version,
            trouble=_("It is not a {wanted}: see closeloop.chassis.connectors.hooks.", wanted=wanted),
        )
    does = (about.__doc__ or "").strip()
    return Found(kind, point.name, name, version, does, connector, lacks=connector.lacks())
