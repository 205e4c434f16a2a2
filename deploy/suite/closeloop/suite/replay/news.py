"""Where something new may lie: nobody walks to a desk on which nothing can be. After a start it may be anywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from closeloop.chassis.packs import Pack


class News:
    """Desks that got something since they were last looked at, and when something there is to be done next."""

    def __init__(self, pack: Pack) -> None:
        self.pack, self.reception = pack, True
        self.desks = [*pack.head.departments, *pack.head.roles]
        self._new = set(self.desks)
        self._next: dict[str, datetime] = {}

    def of_case(self, kind: str, facets: Mapping[str, str]) -> None:
        """A case was rated: its duties go to the desks that the procedure names."""
        rules = self.pack.dispatch
        for rule in rules.duties_for({"kind": kind, **facets}):
            self._new.add(rules.desk_of(rule, facets, 1) or self.pack.head.desk)

    def everywhere(self) -> None:
        """Something may lie on any desk."""
        self._new.update(self.desks)

    def may_lie_on(self, desk: str, at: datetime) -> bool:
        """Whether it is worth while to look."""
        due = self._next.get(desk)
        return desk in self._new or (due is not None and due <= at)

    def seen(self, desk: str) -> None:
        """Everything on this desk is known now."""
        self._new.discard(desk)
        self._next.pop(desk, None)

    def due(self, desk: str, at: datetime) -> None:
        """Something on this desk is to be done at this moment."""
        self._next[desk] = min(at, self._next.get(desk, at))
