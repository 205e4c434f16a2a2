"""Who signs the form of a duty: the customer for the work, and whoever else the procedure names."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.records import sign_record
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.dispatch import DutySigned
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.dispatch.actions import begin, write_with
from closeloop.dispatch.issuing.handing_out import carry_on
from closeloop.dispatch.model import Duty, clause_of
from closeloop.dispatch.sheets.records import fill_in
from closeloop.dispatch.signing.sealing import paper_of, seal_if_complete
from closeloop.dispatch.steps.forms import SignForm
from closeloop.dispatch.steps.handling import Handling
from closeloop.dispatch.steps.stepping import step_judged

Desks = frozenset[str]


@acts
def sign_duty(work: Work, number: int, form: SignForm, desks: Desks) -> Duty:
    """The customer signs for the work, or refuses before a witness; what was signed is sealed by its hash."""
    on, at = begin(work, number, "sign", form, desks)
    duty, clause = on.duty, clause_of(on.rule.entry, "sign")
    rule = next(iter(on.rule.entry.signatures.values()), None)
    means = form.means or (SignatureMeans.DRAWN if form.drawing else SignatureMeans.TYPED)
    by_staff = rule is not None and CUSTOMER not in rule.signers
    signer = form.signer or (work.by.name if by_staff and work.by else on.case.brought_by.name)
    if means is SignatureMeans.REFUSED:
        if rule is not None and not rule.may_refuse:
            raise Refused(_("This form cannot go back without a signature."), clause=clause)
        if not form.witness:
            raise Refused(_("Say who saw that the customer would not sign."), clause=clause)
    if not signer and means is not SignatureMeans.REFUSED:
        raise Refused(_("Say who signs."), clause=clause)
    write_with(on, "sign", form.fields)
    fill_in(duty, on.form, {"signer": signer, "opinion": form.opinion})
    signature = _signed(on, form, signer or "", means, at)
    duty.signature, duty.drawing = signature.model_dump(mode="json"), form.drawing or None
    duty.opinion, duty.satisfied = form.opinion, form.satisfied
    judging = step_judged(on, "sign", at, form)
    seal_if_complete(on, judging)
    more: dict[str, Any] = {"opinion": form.opinion, "satisfied": form.satisfied, "occurred_at": at}
    on.tell(DutySigned, judging, signature=signature, **more)
    carry_on(on, "sign", form)
    return duty


def _signed(on: Handling, form: SignForm, signer: str, means: SignatureMeans, at: datetime) -> Signature:
    """The customer, or whoever the pack names, signs what stands on the form now."""
    rule = next(iter(on.rule.entry.signatures.values()), None)
    return sign_record(
        on.work,
        paper_of(on),
        signer=signer,
        role=rule.signers[0] if rule is not None else "customer",
        means=means,
        at=at,
        witness=form.witness,
        drawing=form.drawing or None,
    )
