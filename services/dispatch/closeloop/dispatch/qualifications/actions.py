"""What is entered about people: training and assessments; whoever failed learns again until they pass."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import Judgement, kept, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import compiled
from closeloop.chassis.people import Person
from closeloop.chassis.records import keep_record, seal_record, sign_record
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.qualifications import Qualification
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.dispatch.qualifications.model import PersonRecord, Standing, What, key_of, stands

Desks = frozenset[str]


@acts
def enter_training(
    work: Work, procedure: str, name: str, person: Person, said: Mapping[str, Any], desks: Desks
) -> PersonRecord:
    """Somebody learnt from a day to a day; after a failure this is the second training."""
    pack, rule = _ruled(work, procedure, name)
    if rule.training is None:
        raise Refused(_("“{title}” asks for no training.", title=rule.title.model_dump()))
    clause = next(iter((*rule.training.clauses, *rule.clauses)), None)
    _may_enter(work, pack, rule, person, desks, clause)
    started, ended = (_day(said, field, work, clause) for field in (rule.training.started, rule.training.ended))
    if ended < started:
        raise Refused(_("It ended before it started: correct the days."), clause=clause)
    return _enter(work, pack, rule, name, person, said, What.TRAINING, rule.training.form, (started, ended), None)


@acts
def enter_assessment(
    work: Work, procedure: str, name: str, person: Person, said: Mapping[str, Any], desks: Desks
) -> PersonRecord:
    """Somebody else looked whether the person can do it."""
    pack, rule = _ruled(work, procedure, name)
    asked = rule.assessment
    clause = next(iter((*asked.clauses, *rule.clauses)), None)
    _may_enter(work, pack, rule, person, desks, clause)
    day = _day(said, asked.day, work, clause)
    passed = compiled(asked.passed, {}).decide(said)
    if passed is None:
        missing = ", ".join(compiled(asked.passed, {}).missing(said))
        raise Refused(_("Say whether it was passed: fill in “{field}”.", field=missing), clause=clause)
    return _enter(work, pack, rule, name, person, said, What.ASSESSMENT, asked.form, (day, day), passed)


def _enter(
    work: Work,
    pack: Pack,
    rule: Qualification,
    name: str,
    person: Person,
    said: Mapping[str, Any],
    what: What,
    form: str,
    days: tuple[date, date],
    passed: bool | None,
) -> PersonRecord:
    assert work.by is not None
    fields = {"person": person.name, **said} if "person" in pack.forms[form].fields else dict(said)
    judging: list[Judgement] = []
    record = keep_record(work, pack, form, fields, of=f"qualification:{name}", department=person.department)
    sign_record(work, record, signer=work.by.name, role=rule.assessment.by, means=SignatureMeans.TYPED)
    seal_record(work, record, pack, judging=judging)
    row = PersonRecord(
        id=work.new_id(),
        key=key_of(person.id),
        person=person.id,
        procedure=pack.id,
        qualification=name,
        what=what,
        from_on=days[0],
        until_on=days[1],
        passed=passed,
        record_id=record.id,
        entered_by=work.by.id,
        entered_at=work.now,
    )
    work.add(row)
    work.judge([*judging, *_until_they_pass(work, pack, name, rule)])
    return row


def _until_they_pass(work: Work, pack: Pack, name: str, rule: Qualification) -> list[Judgement]:
    """A failure asks for another training and assessment; having both, with a pass, keeps it."""
    if rule.retraining is None:
        return []
    of = f"qualification:{name}"
    today = work.now.astimezone(work.calendar(None).zone).date()
    now = stands(work.all(PersonRecord, procedure=pack.id, qualification=name), rule, today)
    open_ = [one.clause for one in work.all(Occasion, of=of, ended_at=None)]
    if now.standing is Standing.RETRAINING:
        return opened([clause for clause in rule.retraining.clauses if clause not in open_], of=of)
    return kept(open_, of=of) if now.standing is Standing.QUALIFIED else []


def _ruled(work: Work, procedure: str, name: str) -> tuple[Pack, Qualification]:
    pack = work.pack(procedure)
    rule = pack.dispatch.said.qualifications.get(name)
    if rule is None:
        raise NotFound()
    return pack, rule


def _may_enter(work: Work, pack: Pack, rule: Qualification, person: Person, desks: Desks, clause: str | None) -> None:
    assert work.by is not None
    if rule.assessment.by not in desks:
        desk = pack.title_of(rule.assessment.by).model_dump()
        raise Refused(_("This is for “{desk}”.", desk=desk), clause=clause)
    if work.by.id == person.id:
        raise Refused(_("Nobody assesses themselves: ask somebody else."), clause=clause)


def _day(said: Mapping[str, Any], field: str, work: Work, clause: str | None) -> date:
    try:
        day = date.fromisoformat(str(said.get(field) or "")[:10])
    except ValueError:
        raise Refused(_("Say the day in “{field}”, such as 2026-01-05.", field=field), clause=clause) from None
    if day > work.now.astimezone(work.calendar(None).zone).date():
        raise Refused(_("This day is still to come."), clause=clause)
    return day
