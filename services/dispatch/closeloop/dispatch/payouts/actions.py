"""What people do with payments: give something within their ceiling, and take a mistake back."""

from __future__ import annotations

from dataclasses import replace

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import PaymentMade
from closeloop.contracts.procedure.payouts import Payout
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.payouts.forms import PayForm, TakeBackForm
from closeloop.dispatch.payouts.model import Payment, Room, in_money, sum_of, was_taken_back
from closeloop.dispatch.payouts.rules import CeilingOf, ceilings_of, may_give

Desks = frozenset[str]


@acts
def pay(work: Work, form: PayForm, desks: Desks) -> Payment:
    """Whoever handles the case gives something, within the ceiling of the desk that has the duty."""
    case, by = work.one(HandledCase), _who(work)
    _shown(case, by)
    pack = work.pack(case.told.procedure, case.told.procedure_version)
    name, payout = _payout(pack, form.payout)
    means = _means(payout, form.means)
    ceiling, duty = _ceiling(work, pack, name, form.duty, by, desks)
    if duty.record_id is not None:
        raise Refused(_("The form of this duty is sealed. Send the work back first."), clause=ceiling.clause)
    room = ceiling.room(work.all(Payment))
    if not room.has(form.amount):
        raise Refused(_above(pack, ceiling, room, payout.currency), clause=ceiling.clause)
    number = _next(work)
    payment = Payment(
        id=f"{case.id}.payment.{number}",
        case_id=case.id,
        case_number=case.number,
        number=number,
        payout=name,
        amount=form.amount,
        currency=payout.currency,
        means=means,
        reason=form.reason,
        round=case.round,
        duty=duty.number,
        desk=duty.desk,
        ceiling=ceiling.name,
        made_by=by.id,
        made_at=work.now,
        place=case.place,
        audience=case.audience,
        procedure=case.told.procedure,
        procedure_version=case.told.procedure_version,
    )
    return _enter(work, case, payout, payment, kept(ceiling.entry.clauses, of=payment.of))


@acts
def take_payment_back(work: Work, number: int, form: TakeBackForm, desks: Desks) -> Payment:
    """A mistake stays as it was written; a negative payment that names it takes it back."""
    case, by = work.one(HandledCase), _who(work)
    payment = work.one(Payment, number=number)
    payment.shown_to(by)
    pack = work.pack(payment.procedure, payment.procedure_version)
    payout = pack.dispatch.said.payouts[payment.payout]
    clause = _clause_of(payout, payment.ceiling)
    above = pack.superior_of(payment.desk)
    if by.id != payment.made_by and not {payment.desk, above or payment.desk} & desks:
        desk = pack.title_of(payment.desk).model_dump()
        raise Refused(_("Only whoever gave it, “{desk}”, or the desk above takes it back.", desk=desk), clause=clause)
    if payment.takes_back is not None:
        raise Refused(_("This takes back another payment. Enter a new payment instead."), clause=clause)
    if was_taken_back(payment, work.all(Payment)):
        raise Refused(_("This payment was taken back already."), clause=clause)
    number = _next(work)
    back = replace(
        payment,
        id=f"{case.id}.payment.{number}",
        number=number,
        amount=-payment.amount,
        reason=form.reason,
        round=case.round,
        made_by=by.id,
        made_at=work.now,
        takes_back=payment.number,
    )
    return _enter(work, case, payout, back, [])


def _enter(work: Work, case: HandledCase, payout: Payout, payment: Payment, judging: list[Judgement]) -> Payment:
    """The payment stands in the book, its sum on the form, and the others know."""
    work.add(payment)
    total = sum_of(work.all(Payment), payment.payout)
    for duty in work.all(Duty, form=payout.form):
        if duty.is_open and duty.record_id is None and payout.field is not None:
            written = {"amount": f"{total:.2f}", "currency": payout.currency}
            duty.record = {**duty.record, payout.field: written}
    event = PaymentMade(
        case=case.told,
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


def _above(pack: Pack, ceiling: CeilingOf, room: Room, currency: str) -> Sentence:
    desk = pack.title_of(ceiling.entry.by).model_dump()
    said = {
        "desk": desk,
        "ceiling": in_money(room.ceiling, currency),
        "paid": in_money(room.paid, currency),
        "left": in_money(room.left, currency),
    }
    if ceiling.entry.above == "cannot_handle":
        return _(
            "“{desk}” may give {ceiling} in all, {paid} were given already: {left} are left. "
            "Hand the case up if more is needed.",
            **said,
        )
    return _("“{desk}” may give {ceiling} in all, {paid} were given already: {left} are left.", **said)


def _clause_of(payout: Payout, ceiling: str) -> str | None:
    entry = payout.ceilings.get(ceiling)
    return entry.clauses[0] if entry is not None and entry.clauses else None


def _next(work: Work) -> int:
    return len(work.all(Payment)) + 1


def _shown(case: HandledCase, by: Person) -> None:
    if not by.at(case.place) or not by.hears(case.audience):
        raise NotFound()


def _who(work: Work) -> Person:
    assert work.by is not None
    return work.by
