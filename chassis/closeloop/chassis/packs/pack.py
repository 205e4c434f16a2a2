"""A procedure pack, loaded: what a service asks when a rule is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import copy
from hashlib import sha256
from typing import Any, Protocol, TypeVar
from weakref import WeakValueDictionary

from pydantic import ValidationError

from closeloop.chassis.packs.asking_rules import CallbackRules, GuidanceRules, SurveyRules
from closeloop.chassis.packs.dispatch_rules import DispatchRules
from closeloop.chassis.packs.faults import BadPack, Fault
from closeloop.chassis.packs.gate import behind_the_gate
from closeloop.chassis.packs.given import with_parameters
from closeloop.chassis.packs.intake_rules import IntakeRules
from closeloop.chassis.packs.stats_rules import StatsRules
from closeloop.contracts.procedure import (
    FILES,
    FOLDERS,
    Accounts,
    Callback,
    Clauses,
    Dispatch,
    Entry,
    Form,
    Guidances,
    Head,
    Intake,
    Part,
    Schedule,
    Stats,
    Surveys,
)
from closeloop.contracts.procedure.accounts import Account
from closeloop.contracts.procedure.clauses import Clause
from closeloop.contracts.procedure.schedule import Job
from closeloop.contracts.vocabulary import BasicKind, Text

P = TypeVar("P", bound=Part)


class AboutCase(Protocol):
    """What is known of a case everywhere: its header, or the case itself."""

    @property
    def kind(self) -> str: ...
    @property
    def basic_kind(self) -> BasicKind: ...
    @property
    def channel(self) -> str | None: ...
    @property
    def place(self) -> str | None: ...
    @property
    def round(self) -> int: ...
    @property
    def facets(self) -> Mapping[str, str]: ...
    @property
    def contact_left(self) -> bool: ...
    @property
    def wants_callback(self) -> bool | None: ...


_READ: WeakValueDictionary[str, Pack] = WeakValueDictionary()
"""The packs that were read and are still in use, by their hash."""


class Pack:
    """One version of one procedure; its canonical JSON is what services store and exchange."""

    def __init__(self, parts: Mapping[str, Part], canonical: str | None = None) -> None:
        self.canonical: str = canonical if canonical is not None else _canonical(parts)
        self.hash: str = sha256(self.canonical.encode()).hexdigest()
        self.parts: Mapping[str, Part] = parts
        head, clauses = _part(parts, "procedure", Head), _part(parts, "clauses", Clauses)
        parts = {section: with_parameters(part, head.parameters) for section, part in parts.items()}
        intake = _part(parts, "intake", Intake)
        parts = behind_the_gate(parts, intake)
        self.head: Head = head
        self.id: str = head.id
        self.version: str = head.version
        self.title: Text = head.title
        self.clauses: Mapping[str, Clause] = clauses.clauses
        self.not_yet: tuple[str, ...] = clauses.not_yet
        self.forms: Mapping[str, Form] = {
            name.split("/")[1]: kept_as_usual(part, head) for name, part in parts.items() if isinstance(part, Form)
        }
        orders = {name: tuple(facet.values) for name, facet in intake.facets.items() if facet.ordered}
        self.intake = IntakeRules(intake, orders)
        said = _part(parts, "dispatch", Dispatch)
        self.dispatch = DispatchRules(said, orders)
        self._of_actions = {name: DispatchRules(said, orders, name) for name in said.corrective_actions}
        self.accounts: Mapping[str, Account] = _part(parts, "accounts", Accounts).accounts
        self.callback = CallbackRules(_part(parts, "callback", Callback), orders)
        self.survey = SurveyRules(_part(parts, "survey", Surveys), orders)
        self.stats = StatsRules(_part(parts, "stats", Stats), orders, self.callback.said.coverage)
        self.guidance = GuidanceRules(_part(parts, "guidance", Guidances), orders)
        self.jobs: Mapping[str, Job] = _part(parts, "schedule", Schedule).jobs

    @classmethod
    def from_json(cls, canonical: str) -> Pack:
        """The pack that another service, or an earlier day, wrote down; services of one process have one of it."""
        known = _READ.get(digest := sha256(canonical.encode()).hexdigest())
        if known is not None:
            return known
        try:
            written = json.loads(canonical)
            parts: dict[str, Part] = {}
            for section, content in written.items():
                models = FOLDERS if "/" in section else FILES
                parts[section] = models[section.split("/")[0]].model_validate(content)
            return _READ.setdefault(digest, cls(parts, canonical))
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            why = f"{error.error_count()} places do not fit" if isinstance(error, ValidationError) else str(error)
            raise BadPack(Fault("The stored pack", 0, f"It cannot be read by this version: {why}.")) from None

    def __repr__(self) -> str:
        return f"Pack({self.id} {self.version}, {self.hash[:12]})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pack) and other.hash == self.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def for_action(self, name: str) -> Pack:
        """The same version, as far as it speaks of a corrective action and not of cases."""
        speaks = copy(self)
        speaks.dispatch = self._of_actions[name]
        return speaks

    def title_of(self, desk: str) -> Text:
        """What people call a department or role."""
        named = self.head.departments.get(desk) or self.head.roles.get(desk)
        return named.title if named else Text(zh=desk, en=desk)

    def superior_of(self, desk: str) -> str | None:
        """The role that answers for a department, or the role above a role."""
        if (department := self.head.departments.get(desk)) is not None:
            return department.head
        if (role := self.head.roles.get(desk)) is None:
            return None
        department = self.head.departments.get(role.department or "")
        return role.reports_to or (department.head if department and department.head != desk else None)

    def parameter(self, name: str) -> float | None:
        """A number of the procedure; none where nobody has set it yet."""
        value = self.head.parameters[name].value
        return float(value) if isinstance(value, int | float) else None

    def facts_of(self, case: AboutCase, *more: Mapping[str, Any]) -> dict[str, Any]:
        """What conditions may ask about a case: its header, its facets, and whatever else is known."""
        facts: dict[str, Any] = {"contact_left": case.contact_left, "wants_callback": case.wants_callback}
        for one in more:
            facts.update(one)
        facts.update(case.facets)
        facts.update(
            kind=case.kind, basic_kind=str(case.basic_kind), channel=case.channel, place=case.place, round=case.round
        )
        return facts

    def entries(self) -> Iterator[tuple[str, tuple[str | int, ...], Entry]]:
        """Every entry with the section and the place where it stands."""
        for section, part in self.parts.items():
            for where, entry in entries_in(part, ()):
                yield section, where, entry

    def entries_of(self, clause: str) -> tuple[str, ...]:
        """Where the pack fulfils a clause, such as dispatch.limits.repair."""
        return tuple(
            ".".join((section, *map(str, where))) for section, where, entry in self.entries() if clause in entry.clauses
        )


def kept_as_usual(form: Form, head: Head) -> Form:
    """A form that does not say how long it is kept is kept as the procedure keeps its records."""
    if form.kept_for is not None or head.retention is None:
        return form
    return form.model_copy(update={"kept_for": head.retention})


def canonical(pack: Pack) -> str:
    """The pack as JSON in the order of its files, without spaces and without what is left unsaid."""
    return pack.canonical


def _part(parts: Mapping[str, Part], section: str, model: type[P]) -> P:
    part = parts.get(section)
    if part is None:
        part = model()
    assert isinstance(part, model)
    return part


def _canonical(parts: Mapping[str, Part]) -> str:
    rules = {
        section: part.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for section, part in parts.items()
        if not section.startswith("scenarios/")
    }
    return json.dumps(rules, ensure_ascii=False, separators=(",", ":"))


def entries_in(part: Any, where: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Entry]]:
    if isinstance(part, Entry):
        yield where, part
    if isinstance(part, Part):
        for name, field in type(part).model_fields.items():
            yield from entries_in(getattr(part, name), (*where, field.alias or name))
    elif isinstance(part, Mapping):
        for name, one in part.items():
            yield from entries_in(one, (*where, str(name)))
    elif isinstance(part, tuple):
        for i, one in enumerate(part):
            yield from entries_in(one, (*where, i))
