"""Where a story plays: an organisation at work, its people, and the case that the story is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.people import People, Person
from closeloop.contracts.procedure import Length

Thing = dict[str, Any]
GONE = ("returned", "withdrawn", "handed_up")
PAGE = 200


class Differs(Exception):
    """A story that does not come out as it is written; says at which move."""


class Answer(Protocol):
    """What comes of asking."""

    @property
    def status_code(self) -> int: ...
    @property
    def text(self) -> str: ...
    def json(self) -> Any: ...


class Organisation(Protocol):
    """An organisation at work whose clock can be moved; an answer comes when all that followed from it is done."""

    people: People

    @property
    def now(self) -> datetime: ...
    def ask(self, method: str, path: str, by: str | None, **more: Any) -> Answer: ...
    def advance(self, by: timedelta) -> None: ...


class Stage:
    """One story on its way."""

    def __init__(self, organisation: Organisation, pack: Pack, place: str | None) -> None:
        self.organisation, self.pack, self.place = organisation, pack, place
        self.case: Thing | None = None
        """The case that the story is about; none before one was registered."""
        self.action: Thing | None = None
        """The corrective action to which the story has turned; none while it is about the case."""
        self.job: str | None = None
        """Where the job is shown that was done last."""
        everything = (person for person in organisation.people if person.departments is None)
        self.onlooker = max(everything, key=lambda person: (len(person.audiences), person.places is None)).id
        """Whoever sees everything, and does nothing."""

    def pass_time(self, length: Length) -> None:
        """Time passes, by the clock or in the working time of the place."""
        now = self.organisation.now
        until = moment_after(length, now, self.organisation.people.calendar(self.place))
        self.organisation.advance(until - now)

    def post(self, by: str | None, path: str, body: Any) -> Answer:
        """Somebody does something."""
        return self.organisation.ask("POST", path, by, json=body)

    def sees(self, path: str, by: str | None = None, **query: Any) -> Any:
        """What is shown to somebody; to the onlooker where nobody is named."""
        path = f"{path}{'&' if '?' in path else '?'}{urlencode(query)}" if query else path
        answer = self.organisation.ask("GET", path, by or self.onlooker)
        if answer.status_code != 200:
            raise Differs(f"GET {path} is answered with {answer.status_code}: {answer.text[:300]}")
        return answer.json()

    def every(self, path: str, by: str | None = None, **query: Any) -> Iterator[Thing]:
        """Every item of a list, page by page."""
        cursor: dict[str, str] = {}
        while True:
            page = self.sees(path, by, **query, **cursor, limit=PAGE)
            yield from page["items"]
            if not page.get("next"):
                return
            cursor = {"cursor": page["next"]}

    def people_at(self, desk: str, place: str | None = None) -> Sequence[Person]:
        """Who may be meant: the person of this login, else those with the role, else those of the department; at the
        place of what they do, else at that of the story.
        """
        people = self.organisation.people
        if (person := people.maybe(desk)) is not None:
            return [person]
        where = place or self.place
        here = [one for one in people if where is None or one.at(where)]
        found = [one for one in here if desk in one.roles] or [one for one in here if one.department == desk]
        if not found:
            raise Differs(f"nobody works at {desk}: name one in organisation.example.yaml")
        return found

    @property
    def case_id(self) -> str:
        """The case of the story."""
        if self.case is None:
            raise Differs("there is no case yet: somebody has to register one first")
        return str(self.case["id"])

    @property
    def matter_id(self) -> str:
        """The case of the story, or the corrective action to which it has turned."""
        return self.case_id if self.action is None else str(self.action["id"])

    def action_now(self) -> Thing:
        """The corrective action as it stands."""
        shown: Thing = self.sees(f"/api/dispatch/corrective-actions/{part(self.matter_id)}")
        return shown

    def case_now(self) -> Thing:
        """The case as it stands."""
        shown: Thing = self.sees(f"/api/intake/cases/{part(self.case_id)}")
        return shown

    def texts(self, step: str, facts: Thing | None = None) -> list[str]:
        """What stands in front of whoever takes a step, by name."""
        if facts is None and self.action is not None:
            facts = {}
        elif facts is None:
            case = self.case_now()
            facts = {**case, **case["fields"], **case["facets"]}
        return [rule.name for rule in self.pack.guidance.texts if step in rule.entry.at and rule.applies(facts)]

    def duties(self) -> list[Thing]:
        """The duties of the case, or of the corrective action, the latest last."""
        return sorted(self.every("/api/dispatch/duties", case=self.matter_id), key=lambda one: one["number"])


def part(name: object) -> str:
    """A name as part of a path."""
    return quote(str(name), safe="")
