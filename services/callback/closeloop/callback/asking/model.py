"""Attempts to ask a customer, and what an attempt or a waiver must bring."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from closeloop.callback.clauses import first_of
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.refusals import Refused
from closeloop.chassis.rows import json_text, keeps
from closeloop.contracts.procedure.callback import Exemption, FormRule
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, ClauseKind, SignatureMeans

if TYPE_CHECKING:
    from closeloop.chassis.people import Person

VERIFIED = frozenset({CallbackOutcome.CONFIRMED, CallbackOutcome.REFUTED})
"""Outcomes that say whether it is as the case says; they set no mark."""
REACHED = VERIFIED | {CallbackOutcome.SATISFIED, CallbackOutcome.DISSATISFIED, CallbackOutcome.ANSWERED}


@keeps("attempts", key="case_id", read=False, indexes=[("callback_id", "number"), ("case_id",), ("recorded_at",)])
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
    problem: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    """What stands on the form of the callback, nothing personal."""


def may_waive(person: Person, exemption: Exemption, pack: Pack) -> bool:
    """Whether a person may grant an exemption: the role that it names, else any role with the right to waive."""
    if exemption.granted_by:
        return person.may(exemption.granted_by)
    return any("waive" in role.may for name, role in pack.head.roles.items() if person.may(name))


def check_form(form: CallbackForm, allowed: tuple[Rule[FormRule], ...], pack: Pack) -> FormRule:
    """The rule of a form of callback that the pack allows for this case."""
    for rule in allowed:
        if rule.name == form:
            return rule.entry
    every = [clause for rule in pack.callback.forms for clause in rule.clauses]
    raise Refused(
        _("This procedure does not ask in this form; choose another one."),
        clause=first_of(every, pack, ClauseKind.CLASSIFICATION),
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
    clause = first_of(rule.clauses, pack, ClauseKind.RECORD)
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
