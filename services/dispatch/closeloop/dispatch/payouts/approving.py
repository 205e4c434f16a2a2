"""More than the ceiling: asked for, approved by whoever the procedure names, and then given exactly as approved."""

from __future__ import annotations

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, not_applicable
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule, compiled
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.signing import Matter, Signing, SigningHook, ask_to_sign, drop_signing, is_given, must_be_signed
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.signing import SignOff
from closeloop.dispatch.issuing.facts import orders_of
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.payouts.forms import GiveApprovedForm, PayForm, TakeBackForm
from closeloop.dispatch.payouts.model import Payment, PaymentRequest, in_money, sum_of
from closeloop.dispatch.payouts.paying import enter, giving
from closeloop.dispatch.payouts.rules import is_theirs

Desks = frozenset[str]
APPROVED = "give_approved"
ACT = "pay"


@acts
def ask_for_more(work: Work, form: PayForm, desks: Desks) -> PaymentRequest:
    """Whoever handles the case needs more than the ceiling: it is laid before whoever approves it."""
    now = giving(work, form, desks)
    ceiling, case = now.ceiling, now.case
    if ceiling.entry.approval is None:
        raise Refused(_("Nobody approves more than this ceiling here."), clause=ceiling.clause)
    if ceiling.room(work.all(Payment)).has(form.amount):
        raise Refused(_("This is within your ceiling: give it without asking."), clause=ceiling.clause)
    number = len(work.all(PaymentRequest)) + 1
    request = PaymentRequest(
        id=f"{case.id}.request.{number}",
        case_id=case.id,
        number=number,
        payout=now.name,
        amount=form.amount,
        currency=now.payout.currency,
        means=now.means,
        reason=form.reason,
        duty=now.duty.number,
        desk=now.duty.desk,
        ceiling=ceiling.name,
        asked_by=now.by.id,
        asked_at=work.now,
        place=case.place,
        audience=case.audience,
        procedure=now.pack.id,
        procedure_version=now.pack.version,
    )
    work.add(request)
    work.judge(ask_to_sign(work, matter_of(work, request)))
    _settle(work, case)
    return request


@acts
def give_approved(work: Work, number: int, form: GiveApprovedForm, desks: Desks) -> Payment:
    """What was approved is given, no more and no less."""
    request = _open_request(work, number, desks)
    matter = matter_of(work, request)
    must_be_signed(work, matter, ACT)
    clause = next(iter(_approval_of(matter).clauses), None)
    if form.amount is not None and form.amount != request.amount:
        said = in_money(request.amount, request.currency)
        raise Refused(_("{amount} was approved: give exactly that, or ask again.", amount=said), clause=clause)
    asked = PayForm(
        payout=request.payout,
        amount=request.amount,
        means=request.means,
        reason=request.reason,
        duty=request.duty,
    )
    payment = enter(work, giving(work, asked, desks), asked, approved=request)
    request.payment = payment.number
    _end(work, request)
    ask_again(work)
    return payment


@acts
def drop_request(work: Work, number: int, form: TakeBackForm, desks: Desks) -> PaymentRequest:
    """More is no longer needed: nobody has to decide any more."""
    request = _open_request(work, number, desks)
    drop_signing(work, request.of)
    work.judge(_nothing_is_given(work, request))
    _end(work, request)
    _settle(work, work.one(HandledCase))
    return request


def ask_again(work: Work) -> None:
    """Something was given in the meantime: what was approved before is no longer what it was."""
    for request in work.all(PaymentRequest, ended_at=None):
        matter = matter_of(work, request)
        work.judge(ask_to_sign(work, matter, authors=[request.asked_by]))
        if not is_given(work, matter, _approval_of(matter)):
            work.done(APPROVED, of=request.of)
        _settle(work, work.one(HandledCase))


def matter_of(work: Work, request: PaymentRequest) -> Matter:
    """What lies before whoever approves: how much, in what and why, and what was given for the case so far."""
    pack, case = work.pack(request.procedure, request.procedure_version), work.one(HandledCase)
    payout = pack.dispatch.said.payouts[request.payout]
    approval = payout.ceilings[request.ceiling].approval
    assert approval is not None
    so_far = sum_of((one for one in work.all(Payment) if one.number != request.payment), request.payout)
    means = payout.means.get(request.means or "")
    return Matter(
        pack=pack,
        of=request.of,
        rules=(Rule("approval", approval, compiled(approval.when, orders_of(pack))),),
        title=payout.title.model_dump(),
        url=f"/dispatch/cases/{case.id}/payments",
        desk=request.desk,
        content={
            "amount": in_money(request.amount, request.currency),
            "means": means.model_dump() if means else None,
            "reason": request.reason,
            "so_far": in_money(so_far, request.currency),
        },
        facts=pack.facts_of(case.told, case.facts),
        past=frozenset({"issued", "finished"}),
        ends_with=ACT,
        about={"request": request.id, "amount": f"{request.amount:.2f}", "so_far": f"{so_far:.2f}"},
        names={"amount": _("Amount"), "means": _("In what?"), "reason": _("Why?"), "so_far": _("Given so far")},
        place=request.place,
        audience=request.audience,
        case=case.told,
    )


def _approval_of(matter: Matter) -> Rule[SignOff]:
    return matter.rules[0]


def _open_request(work: Work, number: int, desks: Desks) -> PaymentRequest:
    request = work.one(PaymentRequest, number=number)
    duty = work.one(Duty, number=request.duty)
    assert work.by is not None
    duty.shown_to(work.by)
    if not request.is_open:
        raise Refused(_("This request is over. Ask again if more is needed."))
    if not is_theirs(duty, work.by.id, desks):
        desk = _title(work.pack(request.procedure, request.procedure_version), request.desk)
        raise Refused(_("This is for “{desk}”.", desk=desk))
    return request


def _end(work: Work, request: PaymentRequest) -> None:
    request.ended_at = work.now
    work.done(APPROVED, of=request.of)


def _nothing_is_given(work: Work, request: PaymentRequest) -> list[Judgement]:
    open_ = [one for one in work.all(Occasion, ended_at=None) if one.of.startswith(f"{request.of}:")]
    return [judgement for one in open_ for judgement in not_applicable([one.clause], of=one.of)]


def _settle(work: Work, case: HandledCase) -> None:
    tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())


def _title(pack: Pack, desk: str) -> dict[str, str]:
    return pack.title_of(desk).model_dump()


# -- what the chassis asks ------------------------------------------------------------------------------------------


def _lies_before(work: Work, of: str) -> Matter:
    request = next((one for one in work.all(PaymentRequest) if one.of == of), None)
    if request is None or work.by is None or not work.by.at(request.place) or not work.by.hears(request.audience):
        raise NotFound()
    return matter_of(work, request)


def _go_on(work: Work, matter: Matter, one: Signing, judging: list[Judgement]) -> None:
    """A yes goes back to the desk that asked, which may give it now; after a no nothing is given."""
    request = next(request for request in work.all(PaymentRequest) if request.of == matter.of)
    work.judge(judging)
    if one.decision is False:
        work.judge(_nothing_is_given(work, request))
        _end(work, request)
    elif is_given(work, matter, _approval_of(matter)):
        amount = in_money(request.amount, request.currency)
        work.task(
            desk=request.desk,
            kind=APPROVED,
            of=request.of,
            title=(f"已批准，可支付{amount['zh']}", f"Approved: {amount['en']} may be given"),
            url=f"/dispatch/cases/{request.case_id}/payments",
            place=request.place,
            audience=request.audience,
            case=matter.case,
        )
    else:
        work.judge(ask_to_sign(work, matter, authors=[request.asked_by]))
    _settle(work, work.one(HandledCase))


OF_A_REQUEST = SigningHook(lays_before=_lies_before, signed=_go_on)
