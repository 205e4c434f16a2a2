"""Giving something: who gives it for which duty, under which ceiling; and how it is entered in the book."""

from __future__ import annotations

from dataclasses import dataclass

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import PaymentMade
from closeloop.contracts.procedure.payouts import Payout
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.payouts.forms import PayForm
from closeloop.dispatch.payouts.model import Payment, PaymentRequest, sum_of
from closeloop.dispatch.payouts.rules import CeilingOf, ceilings_of, may_give

Desks = frozenset[str]


@dataclass(frozen=True, slots=True)
class Giving:
    """Somebody is about to give something for a duty, under the ceiling of its desk."""

    pack: Pack
    case: HandledCase
    name: str
    payout: Payout
    means: str | None
    ceiling: CeilingOf
    duty: Duty
    by: Person


def giving(work: Work, form: PayForm, desks: Desks) -> Giving:
    """Who gives what under which ceiling; refused for whoever has no open duty that allows it."""
    case, by = work.one(HandledCase), work.by
    if by is None or not by.at(case.place) or not by.hears(case.audience):
        raise NotFound()
    pack = work.pack(case.told.procedure, case.told.procedure_version)
    name, payout = _payout(pack, form.payout)
    means = _means(payout, form.means)
    ceiling, duty = _ceiling(work, pack, name, form.duty, by, desks)
    if duty.record_id is not None:
        raise Refused(_("The form of this duty is sealed. Send the work back first."), clause=ceiling.clause)
    return Giving(pack, case, name, payout, means, ceiling, duty, by)


def enter(work: Work, now: Giving, form: PayForm, approved: PaymentRequest | None = None) -> Payment:
    """It is given: the ceiling was kept, or somebody approved exactly this."""
    case, number = now.case, next_number(work)
    payment = Payment(
        id=f"{case.id}.payment.{number}",
        case_id=case.id,
        case_number=case.number,
        number=number,
        payout=now.name,
        amount=form.amount,
        currency=now.payout.currency,
        means=now.means,
        reason=form.reason,
        round=case.round,
        duty=now.duty.number,
        desk=now.duty.desk,
        ceiling=now.ceiling.name,
        made_by=now.by.id,
        made_at=work.now,
        place=case.place,
        audience=case.audience,
        procedure=now.pack.id,
        procedure_version=now.pack.version,
        approved=approved.number if approved else None,
    )
    return write_down(work, now.payout, payment, [] if approved else kept(now.ceiling.entry.clauses, of=payment.of))


def write_down(work: Work, payout: Payout, payment: Payment, judging: list[Judgement]) -> Payment:
    """The payment stands in the book, its sum on the form, and the others know."""
    work.add(payment)
    total = sum_of(work.all(Payment), payment.payout)
    for duty in work.all(Duty, form=payout.form):
        if duty.is_open and duty.record_id is None and payout.field is not None:
            written = {"amount": f"{total:.2f}", "currency": payout.currency}
            duty.record = {**duty.record, payout.field: written}
    event = PaymentMade(
        case=work.one(HandledCase).told,
        number=payment.number,
        payout=payment.payout,
        amount=payment.amount,
        currency=payment.currency,
        total=total,
        means=payment.means,
        desk=payment.desk,
        duty=payment.duty,
        takes_back=payment.takes_back,
        reason=payment.reason,
    )
    work.publish(event, judging=judging)
    return payment


def next_number(work: Work) -> int:
    """The number of the next payment of the case."""
    return len(work.all(Payment)) + 1


def _payout(pack: Pack, name: str | None) -> tuple[str, Payout]:
    payouts = pack.dispatch.said.payouts
    if name is None and len(payouts) == 1:
        return next(iter(payouts.items()))
    if name not in payouts or name is None:
        known = ", ".join(payouts)
        raise Refused(
            _("Say what is given: one of {known}.", known=known)
            if payouts
            else _("Nothing is given to customers by this procedure.")
        )
    return name, payouts[name]


def _means(payout: Payout, means: str | None) -> str | None:
    if means is not None and means not in payout.means:
        known = ", ".join(payout.means)
        raise Refused(_("There is no {means}: take one of {known}.", means=means, known=known))
    return means or next(iter(payout.means), None)


def _ceiling(
    work: Work, pack: Pack, payout: str, number: int | None, by: Person, desks: Desks
) -> tuple[CeilingOf, Duty]:
    """The ceiling that counts: that of the desk that has the duty, whatever else the person is."""
    duties = work.all(Duty)
    mine = may_give(pack, payout, duties, by.id, desks)
    found = [(ceiling, duty) for ceiling, duty in mine if number in (None, duty.number)]
    if len({duty.number for _ceiling, duty in found}) > 1:
        numbers = ", ".join(str(duty.number) for _ceiling, duty in found)
        raise Refused(_("Say for which duty it is given: one of {numbers}.", numbers=numbers))
    if found:
        return found[0]
    binding = [ceiling for ceiling in ceilings_of(pack, payout) if any(ceiling.binds(duty) for duty in duties)]
    if binding:
        desk = pack.title_of(binding[0].entry.by).model_dump()
        raise Refused(_("Only “{desk}” may give something for this case now.", desk=desk), clause=binding[0].clause)
    raise Refused(_("No open duty of this case allows to give anything."))
