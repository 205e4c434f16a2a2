"""What is done with records within a piece of work: filled, signed, sealed, corrected by another one, archived."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from closeloop.chassis.fields import must_be_given
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.records.content import COVERS, DRAWING, as_kept, hash_of, hash_to_sign, in_stead_of
from closeloop.chassis.records.distributing import give_out
from closeloop.chassis.records.opening import bring_cases
from closeloop.chassis.records.words import EMPTY
from closeloop.chassis.refusals import Refused
from closeloop.chassis.store.tables import KeptRecord
from closeloop.chassis.work import Work
from closeloop.contracts.personal import Attachment
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.procedure.signing import CUSTOMER
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import SignatureMeans


def keep_record(
    work: Work,
    pack: Pack,
    form: str,
    fields: Mapping[str, Any],
    *,
    of: str,
    number: str | None = None,
    place: str | None = None,
    department: str | None = None,
    audience: str | None = None,
    corrects: KeptRecord | None = None,
) -> KeptRecord:
    """A form of the procedure is filled, as far as it is known by now; who may see it says the scope."""
    said = pack.forms[form]
    _only_its_fields(said, fields)
    record = KeptRecord(
        id=work.new_id(),
        key=work.key,
        of=of,
        form=form,
        form_version=said.version,
        procedure=pack.id,
        procedure_version=pack.version,
        number=number,
        fields=as_kept(fields),
        signatures=[],
        made_at=work.now,
        made_by=work.by.id if work.by else "",
        place=place,
        department=department,
        audience=audience,
        corrects=corrects.id if corrects else None,
    )
    return work.add(record)


def last_record(work: Work, of: str, form: str | None = None) -> KeptRecord | None:
    """The record that was made last of a thing: the one that stands, as it corrects those before it."""
    made = [record for record in work.all(KeptRecord, of=of) if form in (None, record.form)]
    return made[-1] if made else None


def change_record(work: Work, record: KeptRecord, fields: Mapping[str, Any]) -> KeptRecord:
    """More is known, or something else; what is sealed stays, and what somebody signed stays as it was signed."""
    _not_sealed(record)
    new = as_kept(fields)
    signed = {name for one in record.signatures for name in one.get(COVERS, ())}
    if any(record.fields.get(name) not in (*EMPTY, value) for name, value in new.items() if name in signed):
        raise Refused(_("This was signed already and stays as it is. Write a correction as a record of its own."))
    record.fields = {**record.fields, **new}
    return record


def sign_record(
    work: Work,
    record: KeptRecord,
    *,
    signer: str,
    role: str,
    means: SignatureMeans,
    at: datetime | None = None,
    witness: str | None = None,
    drawing: str | None = None,
) -> Signature:
    """Somebody puts their name to what stands on the form now; a refusal stands for it where somebody saw it.

    `drawing` is the drawn name, a path of moves and lines on a sheet of 600 by 200; it stays with the record.
    """
    _not_sealed(record)
    if means is SignatureMeans.REFUSED and not witness:
        raise Refused(_("Say who saw that the form was not signed."))
    if means is not SignatureMeans.REFUSED and not signer:
        raise Refused(_("Say who signs."))
    covers = sorted(name for name, value in record.fields.items() if value not in EMPTY)
    signature = Signature(
        signer=signer,
        role=role,
        means=means,
        at=at or work.now,
        hash=hash_to_sign(record, covers),
        image=_image(drawing),
        witness=witness,
    )
    stays = {**signature.model_dump(mode="json"), COVERS: covers, **({DRAWING: drawing} if drawing else {})}
    stays |= in_stead_of(work.in_stead_of if role != CUSTOMER else None)
    record.signatures = [*record.signatures, stays]
    return signature


def seal_record(
    work: Work,
    record: KeptRecord,
    pack: Pack,
    *,
    judging: list[Judgement] | None = None,
    opens: bool = True,
    is_part: bool = False,
) -> KeptRecord:
    """The record is complete and changes no more; the clauses that ask for it are kept.

    They are told by themselves, or with an event of the service that takes `judging` along. What stands on it opens
    its cases, unless the service knows more of it and opens them itself. A part of another record goes with that one.
    """
    _not_sealed(record)
    form = pack.forms[record.form]
    if is_part:
        _seal(work, record, form)
        return record
    must_be_filled(form, record.fields)
    _seal(work, record, form)
    judged = kept(form.clauses, of=record.judged_on)
    work.judge(give_out(work, record, pack))
    if opens:
        bring_cases(work, record, pack)
    if judging is None:
        work.judge(judged)
    else:
        judging += judged
    return record


def must_be_filled(form: Form, fields: Mapping[str, Any], left_open: Collection[str] = ()) -> None:
    """Nothing is missing that the form asks for; what others fill in later is left open."""
    for name, field in form.fields.items():
        if name not in left_open and fields.get(name) in EMPTY and must_be_given(field, fields):
            raise Refused(_("Please fill in “{field}” of the form first.", field=field.title.model_dump()))


def correct_record(
    work: Work, record: KeptRecord, pack: Pack, fields: Mapping[str, Any], *, judging: list[Judgement] | None = None
) -> KeptRecord:
    """A sealed record stays as it is: what is to stand now is a record of its own that names it, sealed as well."""
    new = keep_record(
        work,
        pack,
        record.form,
        {**record.fields, **fields},
        of=record.of,
        number=record.number,
        place=record.place,
        department=record.department,
        audience=record.audience,
        corrects=record,
    )
    return seal_record(work, new, pack, judging=judging)


def archive_records(work: Work, procedure: Pack) -> None:
    """The thing is over: every record of its key is sealed and kept as long as the procedure asks."""
    for record in work.all(KeptRecord):
        if record.archived_at is None and record.procedure == procedure.id:
            archive_record(work, record, procedure)


def archive_record(work: Work, record: KeptRecord, pack: Pack) -> KeptRecord:
    """The record goes to the archive, sealed, until its time is over."""
    form = pack.forms[record.form]
    if not record.is_sealed:
        _seal(work, record, form)
    record.archived_at = work.now
    if form.kept_for is not None:
        record.keep_until = _until(work, form, record.place)
        work.judge(kept(form.kept_for.clauses, of=record.judged_on))
    return record


def _image(drawing: str | None) -> Attachment | None:
    if not drawing:
        return None
    drawn = drawing.encode()
    return Attachment(hash=sha256(drawn).hexdigest(), size=len(drawn), type="image/svg+xml")


def _seal(work: Work, record: KeptRecord, form: Form) -> None:
    record.sealed_at = work.now
    record.keep_until = _until(work, form, record.place)
    record.hash = hash_of(record)


def _until(work: Work, form: Form, place: str | None) -> datetime | None:
    return moment_after(form.kept_for.length, work.now, work.calendar(place)) if form.kept_for else None


def _not_sealed(record: KeptRecord) -> None:
    if record.is_sealed:
        raise Refused(_("This record is sealed and stays as it is. Write a correction as a record of its own."))


def _only_its_fields(form: Form, fields: Iterable[str]) -> None:
    strange = sorted(name for name in fields if name not in form.fields)
    if strange:
        title = form.title.model_dump()
        raise Refused(_("The form “{form}” has no field {field}.", form=title, field=strange[0]))
