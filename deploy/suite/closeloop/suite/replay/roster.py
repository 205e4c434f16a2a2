"""Who of the staff does what: by role and department, and by their hours."""

from __future__ import annotations

from datetime import datetime

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import People, Person
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.mapping import Mapping
from closeloop.suite.replay.refusing import CannotReplay
from closeloop.suite.replay.tempo import Timetable


class Roster:
    """The people of a replay."""

    def __init__(self, people: People, pack: Pack, mapping: Mapping, chance: Chance) -> None:
        self.people, self.pack, self.mapping, self.chance = people, pack, mapping, chance
        calendar = people.calendar()
        self.timetables = {role: Timetable(hours, calendar) for role, hours in mapping.staff.items()}
        for role in mapping.staff:
            if not people.with_role(role):
                raise CannotReplay(
                    _("Nobody in the organisation has the role {role}, which the mapping names.", role=role)
                )
        strangers = sorted(
            {login for known in mapping.trades.values() for login in known} - {person.id for person in people}
        )
        if strangers:
            raise CannotReplay(_("Nobody has the login {login}, which the mapping names.", login=strangers[0]))

    def role_of(self, desk: str) -> str:
        """The role that works at a desk: itself, or the head of a department."""
        department = self.pack.head.departments.get(desk)
        return department.head or desk if department else desk

    def at_desk(self, desk: str) -> list[Person]:
        """Everybody who works at a desk, in the order of the organisation."""
        role = self.role_of(desk)
        own = [person for person in self.people.with_role(role) if desk in (role, person.department)]
        return own or self.people.with_role(role)

    def one_at(self, desk: str, *what: object) -> str:
        """Whoever takes this thing at a desk."""
        return self.chance.of(desk, *what).choice(self.at_desk(desk)).id

    def somebody_else(self, role: str, *what: object) -> Person:
        """Somebody of another department than that of this role."""
        own = self.pack.head.roles[role].department
        others = [one for one in self.people if one.department not in (own, None)]
        return self.chance.of("else", *what).choice(others or self.at_desk(role))

    def worker_for(self, role: str, trade: str | None, *what: object) -> str:
        """Whoever of a role knows the trade; anybody where nobody does."""
        logins = list(self.mapping.trades.get(trade or "", ())) or [p.id for p in self.people.with_role(role)]
        return self.chance.of(role, *what).choice(logins)

    def looks(self, role: str, at: datetime) -> bool:
        """Whether people of this role look at their desk now."""
        table = self.timetables.get(role)
        return table is not None and table.is_time(at)

    def next_look(self, role: str, moment: datetime) -> datetime:
        """When people of this role look next; whoever has no hours never does."""
        table = self.timetables.get(role)
        return table.next_from(moment) if table else datetime.max.replace(tzinfo=moment.tzinfo)
