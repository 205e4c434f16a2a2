"""The made-up staff of a procedure: so many people at each desk, who do one thing after the other in working hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Organisation, People
from closeloop.suite.replay.chance import Chance

ONLOOKER = "onlooker"
"""Whoever looks at everything, and does nothing."""
RESTRICTED = ["restricted"]
INSTANT = timedelta(microseconds=1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def organisation_for(pack: Pack, staff: int) -> Organisation:
    """An organisation that fits a procedure: a place of each kind, and so many people in each role."""
    kinds = pack.head.places
    places = [
        {"id": kind.replace("_", "-"), "kind": kind, "name": said.title.model_dump()} for kind, said in kinds.items()
    ]
    house = {"id": "house", "kind": "house", "name": {"zh": "本单位", "en": "The house"}}
    numbers, roles = range(1, staff + 1), pack.head.roles
    people = [
        _employee(name, said.title.zh, number, roles=[name], department=said.department)
        for name, said in roles.items()
        for number in numbers
    ]
    led = {said.department for said in roles.values()}
    people += [
        _employee(name, said.title.zh, number, department=name)
        for name, said in pack.head.departments.items()
        if name not in led
        for number in numbers
    ]
    onlooker = {"login": ONLOOKER, "name": "旁观者", "roles": ["operator"], "sees": "all", "audiences": RESTRICTED}
    return Organisation.model_validate(
        {
            "places": places or [house],
            "departments": [
                {"id": name, "name": said.title.model_dump()} for name, said in pack.head.departments.items()
            ],
            "people": [*people, onlooker],
        }
    )


def _employee(desk: str, title: str, number: int, **more: object) -> dict[str, object]:
    login = f"{desk}-{number}"
    return {"login": login, "name": f"{title}{number}", "sees": "all", "audiences": RESTRICTED, **more}


class Staff:
    """Who works where, and until when each of them is busy."""

    def __init__(self, people: People, chance: Chance) -> None:
        self.people, self.chance = people, chance
        self.calendar = people.calendar()
        self.minutes: dict[str, float] = {}
        """Login to the minutes that they worked."""
        self._free_at: dict[str, datetime] = {}

    def at(self, desk: str) -> list[str]:
        """Everybody who has the role, else everybody of the department."""
        found = [person.id for person in self.people if desk in person.roles]
        return found or [person.id for person in self.people if person.department == desk]

    def who(self, desk: str, *what: object, without: tuple[str, ...] = ()) -> str | None:
        """Whoever of a desk takes a thing up, without those who may not; nobody if all of them may not."""
        able = [login for login in self.at(desk) if login not in without]
        if not able:
            return None
        earliest = min(self._free_at.get(login, LONG_AGO) for login in able)
        idle = [login for login in able if self._free_at.get(login, LONG_AGO) <= earliest]
        return self.chance.of(desk, *what, "who").choice(idle)

    def begins(self, login: str, at: datetime) -> datetime:
        """When this person can begin, at this moment or later: in working hours, and when what was before is done."""
        free = max(at, self._free_at.get(login, at))
        return self.calendar.add_working(free, INSTANT) - INSTANT

    def works(self, login: str, at: datetime, minutes: float) -> None:
        """This person is busy from now on for some minutes."""
        self.minutes[login] = self.minutes.get(login, 0.0) + minutes
        self._free_at[login] = self.calendar.add_working(at, timedelta(minutes=minutes))
