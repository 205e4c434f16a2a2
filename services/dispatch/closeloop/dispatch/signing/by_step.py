"""Signed steps: whoever takes the step puts their name to what they filled in with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from closeloop.chassis.records.content import COVERS, in_stead_of
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.dispatch.model import Duty
from closeloop.dispatch.signing.sign_offs import matter_of
from closeloop.dispatch.steps.handling import Handling

SIGNATURE = "signature"


def sign_step(on: Handling, step: str, at: datetime) -> None:
    """Their name stands under the fields of the step, or, where it has none, under the number of the form alone."""
    duty, entry, by = on.duty, on.steps[step].entry, on.work.by
    assert by is not None
    matter = matter_of(on)
    covers = sorted(name for name in entry.fields if duty.record.get(name) not in (None, ""))
    signature = Signature(
        signer=by.name,
        role=entry.by or duty.desk,
        means=SignatureMeans.TYPED,
        at=at,
        hash=matter.hash_of(covers),
    )
    said = {**signature.model_dump(mode="json"), COVERS: covers, "title": on.steps[step].title.model_dump()}
    said |= in_stead_of(on.work.in_stead_of)
    duty.steps = {**duty.steps, step: {**duty.steps[step], SIGNATURE: said}}


def signed_with_steps(duty: Duty) -> Iterator[dict[str, Any]]:
    """The names under the steps that stand, in the order of signing."""
    for taken in duty.steps.values():
        if SIGNATURE in taken:
            yield taken[SIGNATURE]
