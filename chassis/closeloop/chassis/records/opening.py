"""What stands on a sealed form or on an answer sheet may be a case by itself: intake is told, and registers it once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from closeloop.chassis.conditions import Condition
from closeloop.chassis.packs import Pack
from closeloop.chassis.records.words import EMPTY
from closeloop.chassis.store.tables import KeptRecord
from closeloop.chassis.work import Work
from closeloop.contracts.every import CaseBrought
from closeloop.contracts.personal import Customer
from closeloop.contracts.procedure.form import Form, Opens

CHANNEL = "channel"


def bring_cases(work: Work, record: KeptRecord, pack: Pack) -> None:
    """The cases that a sealed record opens; what it corrects may have opened them already."""
    form = pack.forms[record.form]
    if not form.opens:
        return
    before = next((one for one in work.all(KeptRecord) if one.id == record.corrects), None)
    for name, rule in form.opens.items():
        if rule.each == "record" and applies(rule, facts_on(form, record.fields)):
            if before is not None and applies(rule, facts_on(form, before.fields)):
                continue
            known = columns_on(form, record.fields)
            bring(work, pack, record.form, name, record.fields, known, record=record.id, place=record.place)


def bring(
    work: Work,
    pack: Pack,
    form: str,
    rule: str,
    fields: Mapping[str, Any],
    known: Mapping[str, Any],
    *,
    record: str,
    place: str | None,
    content: str = "",
) -> CaseBrought:
    """Intake is told of one case: what stands on the form, whom it is about, and the columns that are known."""
    said, opens = pack.forms[form], pack.forms[form].opens[rule]
    kind = pack.intake.kinds[opens.kind]
    columns = pack.intake.registers[kind.register_].fields
    given = {**known, **opens.as_}
    written = str(fields.get(opens.content or "") or "") or content or said.title.zh
    return work.publish(
        CaseBrought(
            procedure=pack.id,
            procedure_version=pack.version,
            place=place,
            case_id=work.new_id(),
            kind=opens.kind,
            channel=str(given.get(CHANNEL, "")),
            content=written,
            customer=whose(said, fields),
            fields={name: given[name] for name in columns if given.get(name) not in EMPTY},
            form=form,
            rule=rule,
            record_id=record,
        )
    )


def whose(form: Form, fields: Mapping[str, Any]) -> Customer:
    """Whom the form is about; nobody that is known where those fields are empty."""
    said = {part: str(fields[name]) for part, name in form.whose.items() if fields.get(name) not in EMPTY}
    return Customer(anonymous=not said, **said)


def applies(rule: Opens, facts: Mapping[str, Any]) -> bool:
    """Whether it opens a case; what is not known opens none."""
    return bool(Condition(rule.when.written).decide(facts))


def facts_on(form: Form, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What of the form a condition may ask."""
    return {name: fields[name] for name in _told(form) if fields.get(name) not in EMPTY}


def columns_on(form: Form, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What stands on the form, by the names of its fields."""
    return {name: fields[name] for name in form.fields if fields.get(name) not in EMPTY}


def _told(form: Form) -> Iterable[str]:
    return (name for name, field in form.fields.items() if not field.personal)
