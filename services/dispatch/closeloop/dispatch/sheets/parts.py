"""Parts of one form: several duties write on the form of another, and whoever has one signs their part."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.records.content import COVERS, hash_to_sign, in_stead_of
from closeloop.chassis.refusals import Refused
from closeloop.chassis.store.tables import KeptRecord
from closeloop.contracts.record import Signature
from closeloop.contracts.vocabulary import DutyState, SignatureMeans
from closeloop.dispatch.issuing.facts import EMPTY
from closeloop.dispatch.model import Duty
from closeloop.dispatch.signing.by_step import signed_with_steps
from closeloop.dispatch.steps.handling import Handling, standing_duties


def whole_of(on: Handling) -> Duty | None:
    """The duty on whose form this one writes its part; none where it has a form of its own, or that one is over."""
    name = on.rule.entry.part_of
    if name is None:
        return None
    return next((d for d in standing_duties(on.work, on.case) if d.rule == name and d.is_open), None)


def refuse_open_parts(on: Handling, step: str) -> None:
    """A form goes back when every part of it is written."""
    if step != "return" or on.rule.name not in on.pack.dispatch.parts:
        return
    for duty in parts_of_form(on):
        if duty.is_open:
            entry = on.pack.dispatch.duty(duty.rule).entry
            desk = on.pack.title_of(duty.desk).model_dump()
            sentence = _("A part of the form is not written yet: “{title}” of {desk}.", title=duty.title, desk=desk)
            clauses = (*entry.clauses, *on.rule.clauses)
            raise Refused(sentence, clause=next(iter(clauses), None))


def parts_of_form(on: Handling) -> list[Duty]:
    """The duties of this round that write on the form of this one."""
    names = on.pack.dispatch.parts.get(on.rule.name, ())
    return [duty for duty in standing_duties(on.work, on.case) if duty.rule in names]


def write_part(on: Handling, whole: Duty, record: KeptRecord) -> None:
    """The part stands on the form too; where several wrote the same field, each text stands under its desk."""
    assert on.work.by is not None
    covers = sorted(name for name in _fields_of(on) if record.fields.get(name) not in EMPTY)
    signature = Signature(
        signer=on.work.by.name,
        role=on.duty.desk,
        means=SignatureMeans.TYPED,
        at=on.work.now,
        hash=hash_to_sign(record, covers),
    )
    said = {**signature.model_dump(mode="json"), COVERS: covers, "title": on.duty.title}
    said |= in_stead_of(on.work.in_stead_of)
    whole.parts = {**whole.parts, str(on.duty.number): said}
    names = [name for one in signed_with_steps(whole) for name in one[COVERS]]
    if whole.record_id is not None:
        sheet = on.work.one(KeptRecord, id=whole.record_id)
        names += [name for one in sheet.signatures for name in one.get(COVERS, ())]
    written = {name: _together(on, name) for name in covers if name not in names}
    whole.record = {**whole.record, **written}


def _together(on: Handling, name: str) -> Any:
    """What the parts that are back say in one field."""
    rules = on.pack.dispatch.parts[str(on.rule.entry.part_of)]
    duties = [d for d in standing_duties(on.work, on.case) if d.rule in rules]
    back = [d for d in duties if d.state is DutyState.RETURNED or d is on.duty]
    texts = [(d, d.record[name]) for d in back if d.record.get(name) not in EMPTY and name in _asked(on, d)]
    if len(texts) < 2 or not all(isinstance(text, str) for _duty, text in texts):
        return texts[-1][1] if texts else on.duty.record.get(name)
    return "\n".join(f"{on.pack.title_of(duty.issued_to).zh}：{text}" for duty, text in texts)


def _fields_of(on: Handling) -> set[str]:
    return _asked(on, on.duty)


def _asked(on: Handling, duty: Duty) -> set[str]:
    return {name for step in on.pack.dispatch.steps[duty.rule] for name in step.entry.fields}
