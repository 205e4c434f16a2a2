"""Cases, how they were rated, and the marks that other services set; and the rules by which a case moves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.rows import keeps
from closeloop.chassis.work import Refused
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.personal import Audience, Customer
from closeloop.contracts.record import Record
from closeloop.contracts.vocabulary import BasicKind, CaseStatus

SETTLED = "occasions_settled"
"""The mark by which a service says that no occasion of the case is open with it; lifted, it holds the case open."""
HANDLED = "handled"
BY_RULE = "rule"
"""Who rated where the facts sufficed."""


@keeps("cases", key="id", indexes=[("number",), ("registered_at", "id"), ("status", "registered_at"), ("phone",)])
class Case:
    """What a customer brought, as it stands in the register."""

    id: str
    number: str
    register_name: str
    procedure: str
    procedure_version: str
    kind: str
    basic_kind: BasicKind
    channel: str
    place: str | None
    department: str | None
    audience: Audience
    status: CaseStatus
    round: int
    sequence: int
    content: str
    remedy_sought: str | None
    customer_id: str | None
    anonymous: bool
    name: str | None
    phone: str | None
    email: str | None
    address: str | None
    customer_kind: str | None
    acting_for: str | None
    language: str
    contact_left: bool
    wants_callback: bool | None
    received_at: datetime
    received_by: str
    registered_at: datetime
    assessed_at: datetime | None = None
    closed_at: datetime | None = None
    facets: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    handover: str | None = None
    """The handover of the procedure by which another department passes the case on; none where the desk received it."""
    taken_over_at: datetime | None = None
    taken_over_by: str | None = None
    floors: dict[str, Any] = field(default_factory=dict)
    """Facets that the level below gave up: facet to value and criterion; no fact pulls the case below."""
    raises: list[str] = field(default_factory=list)
    """The events by which dispatch said so."""

    @property
    def waits_for_the_desk(self) -> bool:
        """Whether another department wrote it down and the desk has not taken it over yet."""
        return self.handover is not None and self.taken_over_at is None

    def rate(self, facets: Mapping[str, str], pack: Pack) -> dict[str, str]:
        """From now on the case is rated so; answers what changed, with the values before."""
        before = {name: self.facets[name] for name, value in facets.items() if self.facets.get(name, value) != value}
        self.facets = {**self.facets, **facets}
        self.department = responsible(pack, self.facets)
        return before

    def assessed(self, at: datetime) -> None:
        """Everything is rated that the pack asks for: handling begins."""
        self.assessed_at = self.assessed_at or at
        if self.status is CaseStatus.REGISTERED:
            self.status = CaseStatus.HANDLING

    def go_another_round(self) -> None:
        """The case is handled once more."""
        self.round += 1
        self.status = CaseStatus.HANDLING
        self.closed_at = None

    def close(self, at: datetime) -> None:
        """Nothing is open any more."""
        self.status, self.closed_at = CaseStatus.CLOSED, at

    def stand(self, marks: Mapping[str, bool]) -> None:
        """Where the case stands while it is neither new nor closed."""
        if self.assessed_at:
            self.status = CaseStatus.HANDLED if marks.get(HANDLED) else CaseStatus.HANDLING

    def may_be_rated(self) -> None:
        """A closed case keeps the rating under which it was handled."""
        if self.status is CaseStatus.CLOSED:
            raise Refused(
                _("Case {number} is closed. Its assessment changes only after it was opened again.", number=self.number)
            )
        if self.waits_for_the_desk:
            raise Refused(_("Case {number} was passed on: take it over first, then rate it.", number=self.number))


@keeps("assessments", key="case_id", read=False)
class Assessment:
    """One rating of a case: what was rated, what it replaced, by whom and why."""

    id: str
    case_id: str
    at: datetime
    rated_by: str
    facets: dict[str, Any]
    before: dict[str, Any] = field(default_factory=dict)
    reason: str | None = None
    sign_off: dict[str, Any] | None = None
    """Where the rating is a decision: signer, role, time, means, and the hash of what was signed."""


@keeps("marks", key="case_id")
class Mark:
    """What a service says about a round of a case."""

    id: str
    case_id: str
    round: int
    mark: str
    publisher: str
    is_set: bool
    set_at: datetime
    set_by: str
    lifted_at: datetime | None = None
    reason: str | None = None


def header(case: Case) -> CaseHeader:
    """What every hearer must know of a case; its sequence is that of the event about to be told."""
    return CaseHeader(
        id=case.id,
        number=case.number,
        kind=case.kind,
        basic_kind=case.basic_kind,
        procedure=case.procedure,
        procedure_version=case.procedure_version,
        round=case.round,
        place=case.place,
        channel=case.channel,
        audience=case.audience,
        sequence=case.sequence + 1,
        facets=case.facets,
        contact_left=case.contact_left,
        wants_callback=case.wants_callback,
        customer_id=case.customer_id,
        received_at=case.received_at,
        registered_at=case.registered_at,
    )


def customer(case: Case) -> Customer:
    """Who brought the case."""
    return Customer(
        id=case.customer_id,
        anonymous=case.anonymous,
        kind=case.customer_kind,
        name=case.name,
        phone=case.phone,
        email=case.email,
        address=case.address,
        acting_for=case.acting_for,
        language=case.language,
    )


def in_the_register(case: Case) -> dict[str, Any]:
    """How the case stands in the register, as registering and assessing tell it."""
    return {
        "case": header(case),
        "channel": case.channel,
        "received_at": case.received_at,
        "received_by": case.received_by,
        "contact_left": case.contact_left,
        "wants_callback": case.wants_callback,
        "facets": case.facets,
    }


def whole(case: Case, pack: Pack) -> dict[str, Any]:
    """The case as complete as every hearer needs it to act."""
    return {
        **in_the_register(case),
        "content": case.content,
        "customer": customer(case),
        "remedy_sought": case.remedy_sought,
        "facts": case.facts,
        "record": working_form(case, pack),
        "raised": tuple(case.raises),
    }


def working_form(case: Case, pack: Pack) -> Record | None:
    """The first part of the working form, filled from the register."""
    name = pack.intake.kinds[case.kind].form
    form = pack.forms.get(name or "")
    if name is None or form is None:
        return None
    known = {
        "number": case.number,
        "received_at": case.received_at.isoformat(),
        "content": case.content,
        "place": case.place,
        "channel": case.channel,
        "kind": case.kind,
        "remedy_sought": case.remedy_sought,
        "customer.name": case.name,
        "customer.phone": case.phone,
        "customer.email": case.email,
        "customer.address": case.address,
    }
    filled = {field: known[what] for field, what in form.of_the_case.items() if known.get(what) is not None}
    if case.told:
        filled |= {field: told for field in form.fields if (told := case.told.get(field)) is not None}
    return Record(form=name, version=form.version, fields=filled)


def facts_of(case: Case, pack: Pack) -> dict[str, Any]:
    """What the pack's conditions may ask about a case."""
    return pack.facts_of(case, case.facts)


def responsible(pack: Pack, facets: Mapping[str, str]) -> str | None:
    """The department of the desk that a facet names; none while nobody rated it, or where no facet names one."""
    desks = (facet.entry.desk_of(facets.get(facet.name)) for facet in pack.intake.facets)
    desk = next((desk for desk in desks if desk), None)
    return desk if desk is None or desk in pack.head.departments else pack.head.roles[desk].department


def every_rating(case: Case, by_people: Sequence[Assessment]) -> list[Assessment]:
    """What the rules rated at registering, and every rating by a person since."""
    at_first = dict(case.facets)
    for rating in reversed(by_people):
        for facet in rating.facets:
            at_first.pop(facet, None)
        at_first.update(rating.before)
    first = [Assessment("", case.id, case.registered_at, BY_RULE, at_first)] if at_first else []
    return [*first, *by_people]


def standing(marks: Iterable[Mark], round_: int) -> dict[str, bool]:
    """The marks of a round; what several services say of one mark stands only if all agree."""
    said: dict[str, bool] = {}
    for mark in marks:
        if mark.round == round_:
            said[mark.mark] = said.get(mark.mark, True) and mark.is_set
    return said
