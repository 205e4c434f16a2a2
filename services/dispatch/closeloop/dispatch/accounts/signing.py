"""The signatures of a voucher: it is posted when whoever has to sign it did."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule, compiled
from closeloop.chassis.refusals import NotFound
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.signing import Matter, Signing, SigningHook, ask_to_sign, is_given, must_be_signed
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.accounts import Posting
from closeloop.contracts.procedure.form import Form
from closeloop.dispatch.accounts.model import Voucher
from closeloop.dispatch.issuing.facts import known_facts, orders_of
from closeloop.dispatch.model import Duty, HandledCase

ACT = "posted"
SIGNED = "post_signed"


def matter_of(work: Work, pack: Pack, voucher: Voucher, rule: Posting) -> Matter:
    """What lies before whoever signs: the voucher as it was written."""
    case = work.one(HandledCase) if voucher.case_id else None
    facts = known_facts(pack, case, work.all(Duty)) if case else {}
    form = pack.forms.get(rule.form or "")
    return Matter(
        pack=pack,
        of=voucher.of,
        rules=tuple(
            Rule(name, entry, compiled(entry.when, orders_of(pack))) for name, entry in rule.signatures.items()
        ),
        title=rule.title.model_dump(),
        url=f"/dispatch/accounts/{voucher.account}",
        desk=rule.by or pack.head.desk,
        content=voucher.fields,
        facts={**facts, **voucher.fields},
        past=frozenset({"issued", "finished"}),
        ends_with=ACT,
        form=rule.form,
        about=_about(voucher, rule, form),
        names={name: field.title.model_dump() for name, field in form.fields.items()} if form else {},
        place=voucher.place,
        audience=voucher.audience,
        case=case.told if case else None,
    )


def _about(voucher: Voucher, rule: Posting, form: Form | None) -> dict[str, Any]:
    """What the hash names besides the fields: the form as it is kept afterwards, or the voucher where there is none."""
    if form is None:
        said = {"lines": voucher.lines, "giver": voucher.giver, "receiver": voucher.receiver}
        return {"voucher": voucher.id, **said}
    return {
        "form": rule.form,
        "form_version": form.version,
        "procedure": voucher.procedure,
        "procedure_version": voucher.procedure_version,
        "number": str(voucher.number),
    }


def ask_for_signatures(work: Work, pack: Pack, voucher: Voucher, rule: Posting) -> None:
    """Whoever has to sign the voucher is asked."""
    work.judge(ask_to_sign(work, matter_of(work, pack, voucher, rule)))


def refuse_unsigned(work: Work, pack: Pack, voucher: Voucher, rule: Posting) -> None:
    """What is not signed is not posted."""
    must_be_signed(work, matter_of(work, pack, voucher, rule), ACT)
    work.done(SIGNED, of=voucher.of)


def _found(work: Work, of: str) -> tuple[Pack, Voucher, Posting]:
    voucher = next((one for one in work.all(Voucher) if one.of == of), None)
    if voucher is None or work.by is None or not work.by.at(voucher.place) or not work.by.hears(voucher.audience):
        raise NotFound()
    pack = work.pack(voucher.procedure, voucher.procedure_version)
    return pack, voucher, pack.accounts[voucher.account].postings[voucher.posting]


def _lies_before(work: Work, of: str) -> Matter:
    return matter_of(work, *_found(work, of))


def _go_on(work: Work, matter: Matter, one: Signing, judging: list[Judgement]) -> None:
    """After the last name the voucher goes back to whoever posts it; a no ends it."""
    pack, voucher, rule = _found(work, matter.of)
    work.judge(judging)
    if one.decision is False:
        voucher.dropped_at = work.now
    else:
        work.judge(ask_to_sign(work, matter, authors=[voucher.entered_by]))
        if all(is_given(work, matter, each) or each.applies(matter.facts) is False for each in matter.rules):
            work.task(
                desk=rule.by or pack.head.desk,
                kind=SIGNED,
                of=voucher.of,
                title=(f"已签字，可入账：{rule.title.zh}", f"Signed, to be posted: {rule.title.en}"),
                url=f"/dispatch/accounts/{voucher.account}",
                place=voucher.place,
                audience=voucher.audience,
                case=matter.case,
            )
    if matter.case is not None:
        case = work.one(HandledCase)
        tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())


OF_A_VOUCHER = SigningHook(lays_before=_lies_before, signed=_go_on)
