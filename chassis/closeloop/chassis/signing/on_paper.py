"""Sign-offs on paper: whoever signed stands under the record, each with the hash of what they had before them."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.records.content import COVERS, DRAWING, in_stead_of
from closeloop.chassis.store.sign_offs import Signing
from closeloop.chassis.store.tables import KeptRecord
from closeloop.chassis.work import Work
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import SignatureMeans


def put_names_on(work: Work, of: str, record: KeptRecord) -> None:
    """Every sign-off that stands is written under the record before it is sealed."""
    names = [_as_signature(one) for one in work.all(Signing, of=of) if one.stands]
    record.signatures = [*record.signatures, *names]


def _as_signature(one: Signing) -> dict[str, Any]:
    assert one.given_at is not None and one.hash is not None
    signature = Signature(
        signer=one.signer or "",
        role=one.role,
        means=SignatureMeans(one.means or SignatureMeans.TYPED),
        at=one.given_at,
        hash=one.hash,
        witness=one.witness,
    )
    said = {"title": one.title, "approves": one.decision, "opinion": one.opinion, "reason": one.reason}
    more: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
    drawing = {DRAWING: one.drawing} if one.drawing else {}
    more |= in_stead_of(one.in_stead_of if not one.is_customers else None)
    return {**signature.model_dump(mode="json"), COVERS: one.covers, **drawing, **more}
