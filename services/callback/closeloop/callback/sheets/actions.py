"""What people do with a drawn sheet: they ask whoever answered, and write down whether it is genuine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.callback.asking.forms import AttemptForm
from closeloop.callback.asking.model import check_form, check_signature
from closeloop.callback.asking.outcomes import NOT_ASKED, outcome_of, record_of, what_was_said
from closeloop.callback.sheets.model import OF, AskedSheet, draw_of
from closeloop.chassis.acting import acts
from closeloop.chassis.guided import guided
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack, moment_after
from closeloop.chassis.people import Person
from closeloop.chassis.records import keep_record, seal_record, sign_record
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import CallbackOutcome, SignatureMeans, label


@acts
def check_answers(work: Work, form: AttemptForm) -> AskedSheet:
    """Whoever answered was asked; what they said stands on the record of the callback."""
    sheet, person = work.one(AskedSheet), work.by
    assert person is not None
    pack = work.pack(sheet.procedure, sheet.procedure_version)
    sheet.asked_by(person, pack)
    rule = check_form(form.form, pack.callback.forms_for({}), pack)
    said = what_was_said(sheet, pack, form)
    outcome = outcome_of(sheet, pack, said, form)
    check_signature(rule, outcome, *form.who_signed, pack)
    at = form.attempted_at or work.now
    if at > work.now:
        raise Refused(_("Nobody was asked in the future; correct the time."))
    late = form.attempted_at is not None
    work.judge(guided(work, pack, "call_back", {}, form.guidance, of=OF, entered_later=late))
    sheet.tries, sheet.caller, sheet.note, sheet.form = sheet.tries + 1, person.id, form.note, form.form
    if outcome == CallbackOutcome.UNREACHABLE and sheet.tries < pack.callback.loop.attempts:
        pause = pack.callback.loop.next_attempt
        sheet.next_at = moment_after(pause, work.now, work.calendar(sheet.place)) if pause else None
        return sheet
    sheet.ends(outcome, at)
    if outcome not in NOT_ASKED:
        sheet.facts = _told(sheet, pack, said)
        _keep_the_record(work, sheet, pack, said, person)
    work.done("call", of=OF)
    work.tell(draw_of(sheet.survey_id), "sheet_checked", sheet=sheet.id)
    return sheet


def _told(sheet: AskedSheet, pack: Pack, said: Mapping[str, Any]) -> dict[str, Any]:
    record = record_of(sheet, pack)
    fields = pack.forms[record.form].fields if record else {}
    return {name: value for name, value in said.items() if not fields[name].personal}


def _keep_the_record(work: Work, sheet: AskedSheet, pack: Pack, said: Mapping[str, Any], person: Person) -> None:
    """Who was asked, in which form, when and by whom; signed by the caller, and sealed."""
    record = record_of(sheet, pack)
    if record is None or sheet.asked_at is None:
        return
    who = sheet.whose
    known = {
        "customer.name": who.name,
        "customer.phone": who.phone,
        "callback.form": label(sheet.form).model_dump(),
        "callback.asked_at": sheet.asked_at.isoformat(),
        "callback.by": person.name,
    }
    fields = pack.forms[record.form].fields
    filled = {name: value for name, field in fields.items() if (value := known.get(field.from_ or ""))}
    kept = keep_record(
        work,
        pack,
        record.form,
        {**filled, **said},
        of=OF,
        number=sheet.number,
        place=sheet.place,
        department=sheet.department,
    )
    sign_record(work, kept, signer=person.name, role=sheet.desk, means=SignatureMeans.TYPED)
    seal_record(work, kept, pack)
