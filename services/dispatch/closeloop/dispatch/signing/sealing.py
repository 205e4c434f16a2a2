"""The form of a duty on paper: signed by whoever the procedure names, sealed when it is signed or returned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement
from closeloop.chassis.records import KeptRecord, change_record, keep_record, last_record, seal_record, sign_record
from closeloop.chassis.records.content import COVERS, signature_holds
from closeloop.chassis.refusals import Refused
from closeloop.chassis.signing.on_paper import put_names_on
from closeloop.contracts.record import Record, Signature
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.dispatch.sheets.parts import whole_of, write_part
from closeloop.dispatch.sheets.records import KNOWN
from closeloop.dispatch.signing.by_step import signed_with_steps
from closeloop.dispatch.signing.sign_offs import sign_offs_besides
from closeloop.dispatch.steps.handling import Handling


def seal_if_complete(on: Handling, judging: list[Judgement]) -> None:
    """Where nothing is written on the form after the signature, it is sealed with it."""
    later = {"returned_at"} & {known for name, known in KNOWN.items() if name in on.form.fields}
    written = [step for step in on.steps.from_("sign") if step != "sign" and on.rule.entry.steps[step].fields]
    if not later and not written and not sign_offs_besides(on) and on.rule.entry.part_of is None:
        seal_record(on.work, paper_of(on), on.pack, judging=judging)


def refuse_what_was_signed(on: Handling, before: Mapping[str, Any], entered: Iterable[str]) -> None:
    """What somebody signed on this form stays as they signed it, until the work is sent back."""
    duty, now = on.duty, on.duty.record
    record = on.work.one(KeptRecord, id=duty.record_id) if duty.record_id is not None else None
    names = [*(record.signatures if record is not None else ()), *signed_with_steps(duty)]
    signed = {name for one in names for name in one.get(COVERS, ())}
    changed = [name for name in entered if name in signed and before.get(name) != now.get(name)]
    if changed:
        title = on.form.fields[changed[0]].title.model_dump()
        first = next(iter(on.rule.entry.signatures.values()), None)
        raise Refused(
            _("“{field}” was signed and stays as it is. Send the work back if it is wrong.", field=title),
            clause=next(iter(first.clauses), None) if first is not None else None,
        )


def seal_what_is_returned(on: Handling, at: datetime, judging: list[Judgement]) -> KeptRecord:
    """Whoever returns the original signs for what the department did; from here on it changes no more."""
    work, record = on.work, paper_of(on)
    if record.is_sealed:
        return record
    change_record(work, record, on.duty.record)
    of_parts = [one for one in on.duty.parts.values() if signature_holds(record, one)]
    record.signatures = [*record.signatures, *signed_with_steps(on.duty), *of_parts]
    put_names_on(work, on.duty.of, record)
    assert work.by is not None
    sign_record(work, record, signer=work.by.name, role=on.duty.desk, means=SignatureMeans.TYPED, at=at)
    whole = whole_of(on)
    seal_record(work, record, on.pack, judging=judging, is_part=whole is not None)
    if whole is not None:
        write_part(on, whole, record)
    return record


def paper_of(on: Handling) -> KeptRecord:
    """The record of this pass; work that was sent back begins a new one, which corrects the one before."""
    work, duty = on.work, on.duty
    if duty.record_id is not None:
        return work.one(KeptRecord, id=duty.record_id)
    return _new_paper(on)


def corrected_by_whoever_tracks(on: Handling, judging: list[Judgement]) -> KeptRecord:
    """A sealed form stays; what the tracking desk adds stands on one of its own, which it signs."""
    record = _new_paper(on)
    assert on.work.by is not None
    sign_record(on.work, record, signer=on.work.by.name, role=on.duty.tracked_by, means=SignatureMeans.TYPED)
    return seal_record(on.work, record, on.pack, judging=judging, is_part=whole_of(on) is not None)


def as_it_travels(record: KeptRecord) -> Record:
    """The form with its signatures and its seal, for whoever carries it on."""
    signatures = tuple(Signature.model_validate(one) for one in record.signatures)
    return Record(
        form=record.form,
        version=record.form_version,
        fields=record.fields,
        hash=record.hash,
        signatures=signatures,
    )


def _new_paper(on: Handling) -> KeptRecord:
    work, duty = on.work, on.duty
    record = keep_record(
        work,
        on.pack,
        duty.form,
        duty.record,
        of=duty.of,
        number=duty.case_number,
        place=duty.place,
        department=duty.of_department,
        audience=duty.audience,
        corrects=last_record(work, duty.of),
    )
    duty.record_id = record.id
    return record
