"""The callback column: the form that came back with the work is carried on, kept, signed and sealed by callback."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.callback.asking.model import Attempt
from closeloop.callback.model import Callback, Case
from closeloop.chassis.i18n import HOME_ZONE
from closeloop.chassis.packs import Pack
from closeloop.chassis.records import KeptRecord, change_record, keep_record, last_record, seal_record, sign_record
from closeloop.chassis.work import Work
from closeloop.contracts.personal import Attachment
from closeloop.contracts.procedure.form import Form
from closeloop.contracts.record import Record, Signature
from closeloop.contracts.vocabulary import SignatureMeans, label

COLUMN, REPLY_LETTER = "callback", "reply_letter"
OPINIONS = ("opinion", "customer_opinion")
SIGNATURE = "signature"


def take_over(case: Case, record: Record, round_: int) -> None:
    """The form came back with the work; its callback column is still empty."""
    sheet = {"version": record.version, "fields": dict(record.fields), "round": round_, "hash": record.hash}
    case.sheets = {**case.sheets, record.form: sheet}


def fill_the_column(
    work: Work,
    callback: Callback,
    case: Case,
    attempt: Attempt,
    pack: Pack,
    *,
    caller: str,
    said: Mapping[str, Any] | None = None,
) -> KeptRecord | None:
    """Form of callback, day, caller and situation, beneath what was written of earlier attempts; and what was said."""
    form = _form_of(callback, pack)
    if form is None:
        return None
    record = _record(work, callback, case, pack)
    written = str(record.fields.get(COLUMN) or "")
    new: dict[str, Any] = {
        COLUMN: f"{written}\n{_line(attempt, caller)}".strip(),
        **_of_asking(form, callback, attempt, caller),
    }
    new |= said or {}
    if attempt.signature is not None:
        signature = Signature.model_validate(attempt.signature)
        new |= _only_empty(record, form, {**dict.fromkeys(OPINIONS, attempt.note), SIGNATURE: signature.signer})
    change_record(work, record, {name: value for name, value in new.items() if name in form.fields})
    if attempt.signature is not None:
        sign_record(
            work,
            record,
            signer=signature.signer,
            role=signature.role,
            means=signature.means,
            at=signature.at,
            witness=signature.witness,
        )
    return record


def seal_the_column(work: Work, callback: Callback, pack: Pack) -> None:
    """The callback is over; its form changes no more. One that came back with the work was judged there already."""
    form = _form_of(callback, pack)
    record = last_record(work, callback.of)
    if form is None or record is None or record.is_sealed:
        return
    if all(record.fields.get(name) not in (None, "") for name, field in form.fields.items() if field.required):
        came_with_the_work = record.form in work.one(Case).sheets
        seal_record(work, record, pack, judging=[] if came_with_the_work else None)


def attach_the_reply(
    work: Work, callback: Callback, case: Case, pack: Pack, *, letter: Attachment, note: str | None, role: str
) -> None:
    """The reply letter is attached to the record of the case, signed by whoever granted that nobody asks."""
    form = _form_of(callback, pack)
    if form is None or REPLY_LETTER not in form.fields or work.by is None:
        return
    record = _record(work, callback, case, pack)
    said: dict[str, Any] = {REPLY_LETTER: letter.model_dump(mode="json"), COLUMN: note}
    change_record(work, record, {name: value for name, value in said.items() if name in form.fields and value})
    sign_record(work, record, signer=work.by.name, role=role, means=SignatureMeans.TYPED)
    seal_the_column(work, callback, pack)


def form_name(callback: Callback, pack: Pack) -> str | None:
    """The form that is filled by this callback; none if there is none."""
    coverage = pack.callback.said.coverage.get(callback.coverage)
    return coverage.record.form if coverage and coverage.record else None


def _of_asking(form: Form, callback: Callback, attempt: Attempt, caller: str) -> dict[str, Any]:
    """What the callback itself knows: form, moment, caller, who arranged it, and what the customer said."""
    known = {
        "callback.form": label(attempt.form).model_dump(),
        "callback.asked_at": attempt.attempted_at.isoformat(),
        "callback.by": caller,
        "callback.arranged_by": callback.arranger,
        "callback.outcome": label(attempt.outcome).model_dump(),
        "callback.note": attempt.note,
    }
    return {name: value for name, field in form.fields.items() if (value := known.get(field.from_ or ""))}


def _form_of(callback: Callback, pack: Pack) -> Form | None:
    name = form_name(callback, pack)
    return pack.forms[name] if name else None


def _record(work: Work, callback: Callback, case: Case, pack: Pack) -> KeptRecord:
    """The record of this callback; what somebody signed already stays, and is carried on by another one."""
    before = last_record(work, callback.of)
    if before is not None and not before.is_sealed and not before.signatures:
        return before
    if before is not None and not before.is_sealed:
        seal_the_column(work, callback, pack)
    name = form_name(callback, pack)
    assert name is not None
    return keep_record(
        work,
        pack,
        name,
        before.fields if before is not None else _so_far(case, name, pack.forms[name]),
        of=callback.of,
        number=case.number,
        place=callback.place,
        department=callback.department,
        audience=callback.audience,
        corrects=before if before is not None and before.is_sealed else None,
    )


def _so_far(case: Case, name: str, form: Form) -> dict[str, Any]:
    """What stands on the form as it came back; what comes from the case where it did not."""
    sheet: Mapping[str, Any] = case.sheets.get(name, {}).get("fields", {})
    filled = {field: value for field, value in sheet.items() if field in form.fields and value not in (None, "")}
    for field, said in form.fields.items():
        if said.from_case and field not in filled:
            value = _of_case(case, said.from_case)
            if value not in (None, ""):
                filled[field] = value
    return filled


def _of_case(case: Case, what: str) -> Any:
    if what.startswith("customer."):
        return case.customer.get(what.removeprefix("customer."))
    if what in ("number", "content", "remedy_sought"):
        return getattr(case, what)
    return case.header.get(what) or case.header.get("facets", {}).get(what)


def _only_empty(record: KeptRecord, form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """What the customer wrote for somebody else stays as it is."""
    return {name: value for name, value in known.items() if value and record.fields.get(name) in (None, "")}


def _line(attempt: Attempt, caller: str) -> str:
    at = attempt.attempted_at.astimezone(HOME_ZONE)
    said = f"{at:%Y-%m-%d %H:%M} {label(attempt.form).zh} {label(attempt.outcome).zh} 回访人 {caller}"
    if attempt.answer_by is not None:
        said += f"，约定 {attempt.answer_by.astimezone(HOME_ZONE):%Y-%m-%d %H:%M} 答复"
    return f"{said}：{attempt.note}" if attempt.note else said
