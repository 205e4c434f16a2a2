"""The people of a service in memory: found by login, known by password or by a signed token."""

import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Self

from joserfc import jwt
from joserfc.errors import JoseError

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.i18n import _
from closeloop.chassis.people.accounts import Accounts, a_password, open_accounts, write_passwords
from closeloop.chassis.people.keys import SigningKeys, keys_in, write_once
from closeloop.chassis.people.organisation import Organisation, load_organisation, write_organisation
from closeloop.chassis.people.person import Person
from closeloop.chassis.people.presence import Presence
from closeloop.chassis.refusals import NotFound, Unauthorised

SESSION_SECONDS = 12 * 3600
REMEMBERED_TOKENS = 4096
_LONGEST_TOKEN = 2048
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class People:
    """Everybody who works here, and the tokens by which they are known."""

    def __init__(
        self,
        organisation: Organisation,
        keys: SigningKeys,
        accounts: Accounts | None = None,
        remember: int = REMEMBERED_TOKENS,
        file: Path | None = None,
    ) -> None:
        self.organisation, self.file = organisation, file
        self.keys = keys
        self.accounts = accounts
        self._persons = organisation.persons()
        self.presence = Presence()
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        """The clock of the house, by which somebody is away or here."""
        self._planned: list[tuple[datetime, Organisation]] = [(_ALWAYS, organisation)]
        self._calendars: dict[str | None, WorkingCalendar] = {}
        self._verified: OrderedDict[str, tuple[Person, float]] = OrderedDict()
        self._remember = remember
        self.session_seconds: float = SESSION_SECONDS

    @classmethod
    def of(cls, data: Path, keys: Path | None = None, example: Path | None = None) -> Self:
        """The people of a data folder; at the first start the example's people move in, with random passwords."""
        data.mkdir(parents=True, exist_ok=True)
        file = data / "organisation.yaml"
        if not file.exists():
            start = example.read_bytes() if example else files(__package__).joinpath("example.yaml").read_bytes()
            write_once(file, start, mode=0o644)
        organisation = load_organisation(file)
        accounts = data / "accounts.json"
        if not accounts.exists():
            passwords = open_accounts(accounts, [employee.login for employee in organisation.people])
            if passwords:
                write_passwords(data / "passwords.txt", passwords)
        return cls(organisation, keys_in(keys or data / "keys"), Accounts(accounts), file=file)

    def __iter__(self) -> Iterator[Person]:
        return iter(self._persons.values())

    def person(self, login: str) -> Person:
        """The person with this login."""
        if person := self._persons.get(login):
            return person
        raise NotFound(_("There is nobody with the login {login}. Check organisation.yaml.", login=login))

    def maybe(self, login: str) -> Person | None:
        """The person with this login, if there is one."""
        return self._persons.get(login)

    def acting(self, person: Person) -> Person:
        """The person as they act now: with what is left to them by those who are away."""
        if not self.presence:
            return person
        left_to = self.presence.left_to(person.id, self.now())
        left = [self._persons[login] for login in left_to if login in self._persons]
        return person.standing_in_for(left) if left else person

    def at_work(self) -> list[Person]:
        """Everybody who is here now, with those for whom they stand in."""
        if not self.presence:
            return list(self._persons.values())
        now = self.now()
        return [self.acting(person) for person in self._persons.values() if not self.presence.away(person.id, now)]

    def organisation_at(self, at: datetime) -> Organisation:
        """The organisation as it was at a moment: who was the manager then has an answer."""
        return [organisation for since, organisation in self._planned if since <= at][-1]

    def with_role(self, role: str, place: str | None = None) -> list[Person]:
        """Everybody who acts in this role at this place."""
        return [person for person in self._persons.values() if person.may(role) and person.at(place)]

    def calendar(self, place: str | None = None) -> WorkingCalendar:
        """The working time of a place, else of the organisation."""
        if place not in self._calendars:
            at = self.organisation.place(place) if place else None
            self._calendars[place] = WorkingCalendar((at.calendar if at else None) or self.organisation.calendar)
        return self._calendars[place]

    async def sign_in(self, login: str, password: str) -> Person | None:
        """The person whose login and password these are; the password is checked off the loop."""
        if self.accounts is None or len(password) > 1024 or not await self.accounts.verify(login, password):
            return None
        return self._persons.get(login)

    def give_password(self, person: Person) -> str:
        """A new random password for this person; the old one no longer holds."""
        if self.accounts is None:
            raise NotFound(_("This service keeps no passwords. Ask the service that people sign in to."))
        fresh = a_password()
        self.accounts.set_password(person.id, fresh)
        return fresh

    def issue_token(self, person: Person, ttl: float = SESSION_SECONDS, now: float | None = None) -> str:
        """A signed token by which every service knows this person, for so many seconds of real time."""
        if self.keys.private is None:
            raise NotFound(_("This service has no signing key. Ask the service that people sign in to."))
        issued = time.time() if now is None else now
        claims = {"sub": person.id, "iat": int(issued), "exp": int(issued + ttl)}
        return jwt.encode({"alg": "Ed25519"}, claims, self.keys.private, algorithms=["Ed25519"])

    def check_token(self, token: str, now: float) -> Person:
        """Whose token this is, at this moment of real time."""
        if (known := self._verified.get(token)) is not None:
            self._verified.move_to_end(token)
        else:
            known = self._verify(token)
            self._verified[token] = known
            while len(self._verified) > self._remember:
                self._verified.popitem(last=False)
        person, expires = known
        if now >= expires:
            del self._verified[token]
            raise Unauthorised(_("You were signed out because time ran out. Please sign in again."))
        return self.acting(person)

    def _verify(self, token: str) -> tuple[Person, float]:
        try:
            if len(token) > _LONGEST_TOKEN:
                raise ValueError(token[:8])
            claims = jwt.decode(token, self.keys.public, algorithms=["Ed25519"]).claims
            return self._persons[claims["sub"]], float(claims["exp"])
        except (JoseError, ValueError, KeyError, TypeError):
            raise Unauthorised(_("This token is not valid here. Please sign in again.")) from None

    def began_as(self, organisation: Organisation) -> None:
        """How the house began, before anything was approved: the file follows what counts now."""
        self._planned = [(_ALWAYS, organisation), *(one for one in self._planned if one[0] != _ALWAYS)]

    def plan(self, organisation: Organisation, active_from: datetime, now: datetime) -> None:
        """An organisation was approved: it counts from its moment on; heard twice it is one."""
        if (active_from, organisation) not in self._planned:
            self._planned = sorted([*self._planned, (active_from, organisation)], key=lambda one: one[0])
        self.look_again(now)

    def look_again(self, now: datetime) -> None:
        """Time has passed: the organisation that counts now may be another one."""
        if (current := self.organisation_at(now)) is not self.organisation:
            self.read_again(current)
            if self.file is not None:
                write_organisation(self.file, current)

    def read_again(self, organisation: Organisation) -> None:
        """The organisation changed: from now on the new people and roles count."""
        self.organisation = organisation
        self._persons = organisation.persons()
        self._calendars.clear()
        self._verified.clear()
