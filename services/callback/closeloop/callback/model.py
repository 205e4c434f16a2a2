"""What callback keeps: cases as far as it must know them, callbacks, and each attempt to ask the customer."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack, Rule, moment_after
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.rows import json_text, keeps
from closeloop.contracts.event import CaseHeader
from closeloop.contracts.personal import Customer
from closeloop.contracts.procedure import Length
from closeloop.contracts.procedure.callback import Coverage, Exemption, FormRule
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, CallbackState, ClauseKind, SignatureMeans

if TYPE_CHECKING:
    from closeloop.chassis.people import Person

REACHED = frozenset({CallbackOutcome.SATISFIED, CallbackOutcome.DISSATISFIED})
WAIVED = "waived"
NOT_IN_THE_SAMPLE = "not_in_sample"
_CALENDAR = WorkingCalendar()


def after(length: Length, since: datetime, calendar: WorkingCalendar) -> datetime:
    """The moment at which a length of the pack is over, in the working time of the place."""
    return moment_after(length, since, calendar)


@keeps("cases", key="id", index=("number",))
class Case:
    """A case as far as callback must know it: what was asked for, what was done, and how to reach the customer."""

    id: str
    number: str
    header: dict[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)
    content: str = ""
    remedy_sought: str | None = None
    customer: dict[str, Any] = field(default_factory=dict)
    done: list[dict[str, Any]] = field(default_factory=list)
    is_closed: bool = False

    @property
    def known(self) -> CaseHeader:
        """The case as every event about it says it."""
        return CaseHeader.model_validate(self.header)

    @property
    def whose(self) -> Customer:
        """Who brought the case."""
        return Customer.model_validate(self.customer)

    def learn(self, header: CaseHeader) -> None:
        """Take in what is newer than what is known."""
        if header.sequence >= self.header.get("sequence", 0) and header.round >= self.header.get("round", 1):
            self.header = header.model_dump(mode="json")


@keeps(
    "callbacks",
    key="case_id",
    indexes=[("state", "due_at", "id"), ("case_number",)],
)
class Callback:
    """The customer of a case is to be asked about one round of handling."""

    id: str
    case_id: str
    number: int
    case_number: str
    kind: str
    round: int
    coverage: str
    desk: str
    form: CallbackForm
    required: bool
    reason: str
    planned_at: datetime
    due_at: datetime
    department: str | None = None
    place: str | None = None
    audience: str | None = None
    state: CallbackState = CallbackState.PLANNED
    held: bool = False
    tries: int = 0
    reached: int = 0
    next_at: datetime | None = None
    answer_by: datetime | None = None
    overdue_at: datetime | None = None
    outcome: CallbackOutcome | None = None
    ended_at: datetime | None = None
    waived_for: str | None = None
    waiver_note: str | None = None
    evidence: dict[str, Any] | None = None

    @property
    def of(self) -> str:
        """What tasks, timers and occasions of this callback hang on."""
        return f"callback:{self.number}"

    @property
    def url(self) -> str:
        """The page on which the customer's answer is written down."""
        return f"/callback/callbacks/{self.id}"

    @property
    def counts_for_the_clauses(self) -> bool:
        """Whether keeping the clauses was still possible: a required callback that is not overdue."""
        return self.required and self.overdue_at is None

    def visible_to(self, person: Person) -> bool:
        """Whether it belongs to the places, departments and audiences of a person."""
        return person.at(self.place) and person.sees(self.department) and person.hears(self.audience)

    def worked_on_by(self, person: Person, pack: Pack) -> None:
        """Only the desk that asks, and whoever answers for it, may go on."""
        if not self.visible_to(person):
            raise NotFound()
        if not is_on_the_desk(person, self.desk, pack):
            raise Forbidden(_("This callback is on the desk of {desk}.", desk=pack.title_of(self.desk).model_dump()))
        if self.held:
            raise Refused(_("The case is being handled again; ask the customer when that is done."))
        if self.state == CallbackState.DONE:
            raise Refused(_("The customer was asked already; a further round brings a further callback."))
        if self.state == CallbackState.WAIVED:
            raise Refused(_("This callback was waived; nobody asks this customer."))

    def end(self, state: CallbackState, at: datetime, outcome: CallbackOutcome | None = None) -> None:
        """Nothing more is to be done about it."""
        self.state, self.ended_at, self.next_at = state, at, None
        if outcome is not None:
            self.outcome = outcome


@keeps("attempts", key="case_id", read=False, indexes=[("callback_id", "number")])
class Attempt:
    """The customer was asked once, or was not reached."""

    id: str
    case_id: str
    callback_id: str
    number: int
    form: CallbackForm
    outcome: CallbackOutcome
    caller: str
    attempted_at: datetime
    recorded_at: datetime
    note: str | None = None
    counts: bool = False
    signature: dict[str, Any] | None = None
    answer_by: datetime | None = None


@keeps("evidence", read=False)
class Evidence:
    """The scan that came with a waiver, such as the reply letter."""

    id: str
    hash: str
    type: str
    size: int
    content: str


def is_on_the_desk(person: Person, desk: str, pack: Pack) -> bool:
    """Whether a desk is a person's own, or one that they answer for."""
    return person.may(desk) or person.department == desk or person.may(pack.superior_of(desk) or desk)


def may_waive(person: Person, exemption: Exemption, pack: Pack) -> bool:
    """Whether a person may grant an exemption: the role that it names, else any role with the right to waive."""
    if exemption.granted_by:
        return person.may(exemption.granted_by)
    return any("waive" in role.may for name, role in pack.head.roles.items() if person.may(name))


def is_required(coverage: Rule[Coverage], share: float | None, nth: int) -> bool:
    """Whether the nth handled case of a period must be asked about: of 30 percent the 1st, 4th, 7th, 11th …

    The share is reached at every moment of the period, and never passed by more than one case.
    """
    if coverage.entry.select == "all":
        return True
    hundredths = round((share or 0) * 100)
    return -(-nth * hundredths // 10_000) > -(-(nth - 1) * hundredths // 10_000)


def period_of(coverage: Coverage, at: datetime) -> str:
    """The period of a coverage in which something was handled: 2026-W02, 2026-01 …"""
    on = at.astimezone(_CALENDAR.zone).date()
    match coverage.per:
        case "day":
            return on.isoformat()
        case "week":
            year, week, _weekday = on.isocalendar()
            return f"{year}-W{week:02}"
        case "month":
            return f"{on.year}-{on.month:02}"
        case "quarter":
            return f"{on.year}-Q{(on.month + 2) // 3}"
        case "half_year":
            return f"{on.year}-H{1 if on.month < 7 else 2}"
        case "year":
            return str(on.year)


def check_form(form: CallbackForm, allowed: tuple[Rule[FormRule], ...], pack: Pack) -> FormRule:
    """The rule of a form of callback that the pack allows for this case."""
    for rule in allowed:
        if rule.name == form:
            return rule.entry
    every = [clause for rule in pack.callback.forms for clause in rule.clauses]
    raise Refused(
        _("This procedure does not ask in this form; choose another one."),
        clause=_of_kind(every, ClauseKind.CLASSIFICATION, pack),
    )


def check_signature(
    rule: FormRule,
    outcome: CallbackOutcome,
    means: SignatureMeans | None,
    signer: str | None,
    witness: str | None,
    pack: Pack,
) -> None:
    """A visit ends with the customer's signature, or with a witness of the refusal; other forms know none."""
    clause = _of_kind(rule.clauses, ClauseKind.RECORD, pack)
    if means is not None and rule.signature == "none":
        raise Refused(_("A signature belongs to a visit only; leave it out here."))
    if outcome not in REACHED:
        return
    if means is None:
        if rule.signature == "required":
            raise Refused(
                _("The customer has to sign at a visit; if they refuse, say so and name a witness."), clause=clause
            )
        return
    if means == SignatureMeans.REFUSED:
        if not rule.may_refuse:
            raise Refused(_("Without the customer's signature this form of callback is not complete."), clause=clause)
        if not witness:
            raise Refused(_("Name the witness who saw that the customer refused to sign."), clause=clause)
    elif not signer:
        raise Refused(_("Write down the name of whoever signed."), clause=clause)


def signed(
    means: SignatureMeans, *, signer: str, witness: str | None, at: datetime, content: dict[str, Any]
) -> Signature:
    """The customer's signature under what was written down."""
    digest = sha256(json_text(content).encode()).hexdigest()
    return Signature(signer=signer, role="customer", means=means, at=at, hash=digest, witness=witness)


def check_moments(attempted_at: datetime, answer_by: datetime | None, outcome: CallbackOutcome, now: datetime) -> None:
    """Nobody was asked in the future, and an appointment lies ahead of us."""
    if attempted_at > now:
        raise Refused(_("The customer cannot have been asked in the future; correct the time."))
    if answer_by is None:
        return
    if outcome not in REACHED:
        raise Refused(_("An answer can be promised only to a customer who was reached."))
    if answer_by <= now:
        raise Refused(_("The appointment for the answer must lie in the future."))


def _of_kind(clauses: Any, kind: ClauseKind, pack: Pack) -> str | None:
    return next((clause for clause in clauses if clause in pack.clauses and pack.clauses[clause].kind == kind), None)
