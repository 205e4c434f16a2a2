"""Posting: both sides in one entry, never more than is there, held against what the case has, and cleared in time."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.records import keep_record, seal_record, sign_record
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.signing.on_paper import put_names_on
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import EntryLine, EntryPosted
from closeloop.contracts.procedure.accounts import Account, Posting
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.dispatch.accounts.against import held_against, in_words, plain
from closeloop.dispatch.accounts.clearing import look_at_holders
from closeloop.dispatch.accounts.model import (
    NOTHING,
    AccountEntry,
    Voucher,
    add_to_case,
    holder_of,
    lines_of,
    stock_of,
)
from closeloop.dispatch.accounts.plan import Plan, planned, read_lines
from closeloop.dispatch.accounts.signing import ask_for_signatures, refuse_unsigned
from closeloop.dispatch.model import HandledCase
from closeloop.dispatch.steps.handling import Handling

Desks = frozenset[str]


def _keys(plan: Plan, *_said: object) -> tuple[str, ...]:
    return plan.keys


@acts(keys=_keys)
def post(work: Work, plan: Plan, desks: Desks) -> Voucher:
    """Somebody moves something; where the voucher is to be signed first, it waits for that."""
    pack, account, rule = ruled(work, plan)
    check_poster(work, pack, rule, desks)
    voucher = _voucher(work, plan)
    work.add(voucher)
    if rule.signatures:
        held_against(work, pack, plan, account, rule)
        ask_for_signatures(work, pack, voucher, rule)
        _settle(work, plan)
        return voucher
    return book(work, pack, plan, voucher)


@acts
def refuse_posting(work: Work, refusal: Refused) -> None:
    """What was written cannot be posted as it stands: that it was tried is on record."""
    raise refusal


@acts(keys=_keys)
def post_signed(work: Work, plan: Plan, number: int, desks: Desks) -> Voucher:
    """The voucher is signed: what it says is moved."""
    pack, _account, rule = ruled(work, plan)
    check_poster(work, pack, rule, desks)
    voucher = work.one(Voucher, key=plan.voucher_key, account=plan.account, number=number)
    if not voucher.waits or tuple(lines_of(voucher)) != plan.lines:
        raise Refused(_("This voucher is over. Load the page again."), clause=next(iter(rule.clauses), None))
    refuse_unsigned(work, pack, voucher, rule)
    return book(work, pack, plan, voucher)


@acts(keys=_keys)
def take_voucher_back(work: Work, plan: Plan, number: int, desks: Desks) -> Voucher:
    """A mistake stays as it was written; a voucher that names it moves everything back."""
    pack, _account, rule = ruled(work, plan)
    check_poster(work, pack, rule, desks)
    clause = next(iter(rule.clauses), None)
    first = work.one(Voucher, key=plan.voucher_key, account=plan.account, number=number)
    if first.posted_at is None or first.takes_back is not None:
        raise Refused(_("Only what was posted is taken back."), clause=clause)
    if work.maybe(Voucher, key=plan.voucher_key, account=plan.account, takes_back=number) is not None:
        raise Refused(_("This voucher was taken back already."), clause=clause)
    back = _voucher(work, plan)
    back.takes_back = number
    work.add(back)
    return book(work, pack, plan, back)


def book(work: Work, pack: Pack, plan: Plan, voucher: Voucher) -> Voucher:
    """Everything is moved, or nothing: both holders, the sums of the case, the record, and what that keeps."""
    account = pack.accounts[plan.account]
    rule = account.postings[plan.posting]
    if voucher.takes_back is None:
        held_against(work, pack, plan, account, rule)
    for holder, sign in ((plan.giver, -1), (plan.receiver, 1)):
        said = account.holders[holder_of(holder)]
        if said.is_ == "outside":
            continue
        for (item, quantity), key in zip(plan.lines, plan.stock_keys(holder), strict=True):
            stock = stock_of(work, key, plan.procedure, plan.account, holder, item)
            if stock.quantity + sign * quantity < NOTHING and not said.below_zero:
                raise Refused(
                    _(
                        "“{holder}” has {there} of {item}, not {quantity}.",
                        holder=said.title.model_dump(),
                        there=plain(stock.quantity),
                        item=in_words(item, account),
                        quantity=plain(quantity),
                    ),
                    clause=next(iter(rule.clauses), None),
                )
            stock.quantity += sign * quantity
    judging = _of_the_case(work, pack, plan, voucher) if plan.case is not None else []
    voucher.posted_at = work.now
    _keep_voucher(work, pack, plan, voucher, judging)
    _enter(work, plan, voucher)
    kept_by_it = rule.clauses if voucher.takes_back is None else ()
    _tell(work, plan, voucher, [*kept(kept_by_it, of=voucher.of), *judging])
    _settle(work, plan)
    return voucher


def post_at(on: Handling, moment: str) -> None:
    """What posts itself at a moment of a duty, from its form: what comes from outside is on its way from then on."""
    for name, account in on.pack.accounts.items():
        for called, rule in account.postings.items():
            if rule.at != f"{on.duty.rule}.{moment}" or on.duty.record.get(rule.rows) in (None, "", []):
                continue
            lines = read_lines(account, rule, on.duty.record)
            worker = on.duty.worker or (on.work.by.id if on.work.by else None)
            plan = planned(on.pack, name, called, {}, case=on.case.id, person=worker, place=on.duty.place, lines=lines)
            voucher = _voucher(on.work, plan)
            on.work.add(voucher)
            holder = account.holders[holder_of(plan.receiver)]
            if holder.is_ == "inside":
                for (item, quantity), key in zip(lines, plan.stock_keys(plan.receiver), strict=True):
                    on.work.tell(
                        key,
                        "came_in",
                        procedure=plan.procedure,
                        account=name,
                        holder=plan.receiver,
                        item=list(item),
                        quantity=str(quantity),
                    )
            judging = _of_the_case(on.work, on.pack, plan, voucher)
            voucher.posted_at = on.work.now
            _enter(on.work, plan, voucher)
            _tell(on.work, plan, voucher, [*kept(rule.clauses, of=voucher.of), *judging])


def take_in(timer: Timer, work: Work) -> None:
    """What posted itself lies with its holder."""
    said = timer.data
    item = tuple(said["item"])
    stock = stock_of(work, work.key, said["procedure"], said["account"], said["holder"], item)
    stock.quantity += type(NOTHING)(said["quantity"])


def ruled(work: Work, plan: Plan) -> tuple[Pack, Account, Posting]:
    """The rule of a posting, by the version of its case; nobody learns of a case that is not theirs to see."""
    pack = work.pack(plan.procedure, plan.version)
    if plan.case is not None:
        case = work.one(HandledCase)
        if work.by is None or not work.by.at(case.place) or not work.by.hears(case.audience):
            raise NotFound()
    account = pack.accounts[plan.account]
    return pack, account, account.postings[plan.posting]


def check_poster(work: Work, pack: Pack, rule: Posting, desks: Desks) -> None:
    """Refuses whoever may not post this."""
    if rule.by is None or rule.by not in desks:
        who = pack.title_of(rule.by).model_dump() if rule.by else rule.title.model_dump()
        raise Refused(_("This is for “{desk}”.", desk=who), clause=next(iter(rule.clauses), None))


def _voucher(work: Work, plan: Plan) -> Voucher:
    case = work.one(HandledCase) if plan.case is not None else None
    return Voucher(
        id=work.new_id(),
        key=plan.voucher_key,
        number=work.number(f"voucher:{plan.procedure}.{plan.account}"),
        procedure=plan.procedure,
        procedure_version=plan.version,
        account=plan.account,
        posting=plan.posting,
        giver=plan.giver,
        receiver=plan.receiver,
        lines=[{"item": list(item), "quantity": str(quantity)} for item, quantity in plan.lines],
        fields=dict(plan.fields),
        case_id=plan.case,
        place=case.place if case else plan.place,
        audience=case.audience if case else "internal",
        entered_by=work.by.id if work.by else "",
        entered_at=work.now,
    )


def _of_the_case(work: Work, pack: Pack, plan: Plan, voucher: Voucher) -> list[Judgement]:
    assert plan.case is not None
    sign = -1 if voucher.takes_back is not None else 1
    inside = []
    for holder, direction in ((plan.giver, -1), (plan.receiver, 1)):
        if pack.accounts[plan.account].holders[holder_of(holder)].clears is not None:
            inside.append(holder)
            for item, quantity in plan.lines:
                add_to_case(work, plan.case, plan.account, "holder", holder, item, direction * quantity)
    for item, quantity in plan.lines:
        add_to_case(work, plan.case, plan.account, "posting", plan.posting, item, sign * quantity)
    return look_at_holders(work, pack, plan.account, tuple(inside))


def _keep_voucher(work: Work, pack: Pack, plan: Plan, voucher: Voucher, judging: list[Judgement]) -> None:
    rule = pack.accounts[plan.account].postings[plan.posting]
    form = rule.form
    if form is None or voucher.takes_back is not None or work.by is None:
        return
    asked = pack.forms[form].fields
    case = work.one(HandledCase).number if plan.case is not None else None
    known: dict[str, Any] = {name: case for name, field in asked.items() if field.from_case == "number" and case}
    known |= {name: value for name, value in plan.fields.items() if name in asked}
    record = keep_record(
        work,
        pack,
        form,
        known,
        of=voucher.of,
        number=str(voucher.number),
        place=voucher.place,
        audience=voucher.audience,
    )
    put_names_on(work, voucher.of, record)
    sign_record(work, record, signer=work.by.name, role=rule.by or pack.head.desk, means=SignatureMeans.TYPED)
    voucher.record_id = seal_record(work, record, pack, judging=judging).id


def _enter(work: Work, plan: Plan, voucher: Voucher) -> None:
    for item, quantity in plan.lines:
        entry = AccountEntry(
            id=work.new_id(),
            voucher=voucher.id,
            procedure=plan.procedure,
            account=plan.account,
            posting=plan.posting,
            giver=plan.giver,
            receiver=plan.receiver,
            item=list(item),
            quantity=quantity,
            posted_at=work.now,
            posted_by=work.by.id if work.by else "",
            case_id=plan.case,
            place=voucher.place,
            audience=voucher.audience,
        )
        work.add(entry)


def _tell(work: Work, plan: Plan, voucher: Voucher, judging: list[Judgement]) -> None:
    event = EntryPosted(
        case=work.one(HandledCase).told if plan.case is not None else None,
        procedure=plan.procedure,
        procedure_version=plan.version,
        place=voucher.place,
        account=plan.account,
        posting=plan.posting,
        voucher=voucher.number,
        giver=plan.giver,
        receiver=plan.receiver,
        lines=tuple(EntryLine(item=item, quantity=quantity) for item, quantity in plan.lines),
        takes_back=voucher.takes_back,
    )
    work.publish(event, judging=judging)


def _settle(work: Work, plan: Plan) -> None:
    if plan.case is not None:
        case = work.one(HandledCase)
        tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())
