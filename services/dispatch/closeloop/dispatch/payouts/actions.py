"""What people do with payments: give something within their ceiling, and take a mistake back."""

from __future__ import annotations

from dataclasses import replace

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.payouts import Payout
from closeloop.dispatch.model import HandledCase
from closeloop.dispatch.payouts.approving import ask_again
from closeloop.dispatch.payouts.forms import PayForm, TakeBackForm
from closeloop.dispatch.payouts.model import Payment, Room, in_money, was_taken_back
from closeloop.dispatch.payouts.paying import enter, giving, next_number, write_down
from closeloop.dispatch.payouts.rules import CeilingOf

Desks = frozenset[str]


@acts
def pay(work: Work, form: PayForm, desks: Desks) -> Payment:
    """Whoever handles the case gives something, within the ceiling of the desk that has the duty."""
    now = giving(work, form, desks)
    room = now.ceiling.room(work.all(Payment))
    if not room.has(form.amount):
        raise Refused(_above(now.pack, now.ceiling, room, now.payout.currency), clause=now.ceiling.clause_above)
    payment = enter(work, now, form)
    ask_again(work)
    return payment


@acts
def take_payment_back(work: Work, number: int, form: TakeBackForm, desks: Desks) -> Payment:
    """A mistake stays as it was written; a negative payment that names it takes it back."""
    case, by = work.one(HandledCase), work.by
    payment = work.one(Payment, number=number)
    payment.shown_to(by)
    assert by is not None
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
    number = next_number(work)
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
    write_down(work, payout, back, [])
    ask_again(work)
    return back


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
    if ceiling.entry.approval is not None:
        return _(
            "“{desk}” may give {ceiling} in all, {paid} were given already: {left} are left. Ask for approval of more.",
            **said,
        )
    return _("“{desk}” may give {ceiling} in all, {paid} were given already: {left} are left.", **said)


def _clause_of(payout: Payout, ceiling: str) -> str | None:
    entry = payout.ceilings.get(ceiling)
    return entry.clauses[0] if entry is not None and entry.clauses else None
