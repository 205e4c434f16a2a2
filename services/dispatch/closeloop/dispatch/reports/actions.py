"""Reports of nonconformities: asked for when a case is handled once more, decided, corrected, verified, sealed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.limits import Limit, start_limit, stop_limit
from closeloop.chassis.occasions import Judgement, kept, not_applicable, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.lengths import moment_after
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.people import Person
from closeloop.chassis.records import KeptRecord, change_record, keep_record, seal_record, sign_record
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.dispatch import Report
from closeloop.contracts.vocabulary import SignatureMeans
from closeloop.dispatch.model import Duty, HandledCase
from closeloop.dispatch.reports.forms import CorrectForm, DecideForm, VerifyForm, WriteForm
from closeloop.dispatch.reports.model import Nonconformity, ReportState, clause_of

Desks = frozenset[str]
LIMIT = "nonconformity"


@dataclass
class Reporting:
    """A report with its case and its rule, within one piece of work."""

    work: Work
    pack: Pack
    case: HandledCase
    report: Nonconformity
    rule: Rule[Report]

    @classmethod
    def of(cls, work: Work, number: int) -> Reporting:
        """The report of this number of the case; nobody learns of one that is not theirs to see."""
        report = work.one(Nonconformity, number=number)
        report.shown_to(work.by)
        pack = work.pack(report.procedure, report.procedure_version)
        return cls(work, pack, work.one(HandledCase), report, pack.dispatch.reports[report.rule])

    def check(self, state: ReportState, desks: Desks) -> Person:
        """Who does this, once it is clear that it is their turn."""
        waits_for = self.report.waits_for or self.report.desk
        self.report.check(state, desks, self.pack.title_of(waits_for).model_dump(), clause_of(self.rule.entry))
        assert self.work.by is not None
        return self.work.by

    def fill(self, **known: Any) -> dict[str, Any]:
        """What is known, under the names that the form has for it."""
        names = dict(self.rule.entry.fields)
        return {names[what]: value for what, value in known.items() if what in names}

    def written_on(self, what: Literal["correction", "verification"], said: str) -> dict[str, Any]:
        """What is said now, below what was said before it was sent back."""
        name = self.rule.entry.fields.get(what)
        before = self.record.fields.get(name) if name else None
        return {name: f"{before}\n{said}" if before else said} if name else {}

    @property
    def record(self) -> KeptRecord:
        """The form that it is written on."""
        return self.work.one(KeptRecord, id=self.report.record_id)

    def goes_on(self, judging: list[Judgement]) -> Nonconformity:
        """What was judged is told, what comes next lies on a desk, and the case knows whether it may close."""
        if judging:
            self.work.judge(judging)
        ask_for_next(self.work, self.report, self.case)
        _say_whether_settled(self.work, self.case)
        return self.report


@acts
def decide_report(work: Work, number: int, form: DecideForm, desks: Desks) -> Nonconformity:
    """Whether a report is needed is decided by a person, who says why."""
    on = Reporting.of(work, number)
    on.check(ReportState.ASKED, desks)
    report = on.report
    report.reason, report.decided_at = form.reason, work.now
    if form.is_needed:
        return on.goes_on(write(on, form.nonconformity or report.because, form.responsible_person, form.due_on))
    report.state = ReportState.NOT_NEEDED
    return on.goes_on(not_applicable(on.rule.clauses, of=report.of))


@acts
def write_report(work: Work, form: WriteForm, desks: Desks) -> Nonconformity:
    """Whoever decides about reports may write one at any time."""
    case = work.one(HandledCase)
    pack = work.pack(case.told.procedure, case.told.procedure_version)
    rule = pack.dispatch.reports.get(form.report) if form.report else next(iter(pack.dispatch.reports.values()), None)
    if rule is None or case.closed_at is not None or work.by is None:
        raise Refused(_("No report can be written about this case."))
    if rule.entry.decided_by not in desks:
        desk = pack.title_of(rule.entry.decided_by).model_dump()
        raise Refused(_("This is for “{desk}”.", desk=desk), clause=clause_of(rule.entry))
    on = Reporting(work, pack, case, _asked(work, pack, case, rule, form.nonconformity), rule)
    on.report.shown_to(work.by)
    on.report.reason, on.report.decided_at = form.reason, work.now
    return on.goes_on(write(on, form.nonconformity, form.responsible_person, form.due_on))


@acts
def correct_report(work: Work, number: int, form: CorrectForm, desks: Desks) -> Nonconformity:
    """Whoever is responsible says what was put right; that stops the limit."""
    on = Reporting.of(work, number)
    by = on.check(ReportState.WRITTEN, desks)
    report = on.report
    report.state, report.corrected_at, report.corrected_by = ReportState.CORRECTED, work.now, by.id
    change_record(work, on.record, on.written_on("correction", form.correction))
    return on.goes_on(stop_limit(work, LIMIT, report.of))


@acts
def verify_report(work: Work, number: int, form: VerifyForm, desks: Desks) -> Nonconformity:
    """Somebody else looks: what works is signed and sealed, what does not goes back by a new limit."""
    on = Reporting.of(work, number)
    by = on.check(ReportState.CORRECTED, desks)
    report, clauses = on.report, on.rule.clauses
    report.check_verifier(by, clause_of(on.rule.entry))
    change_record(work, on.record, on.written_on("verification", form.verification))
    if not form.is_effective:
        report.state, report.times_sent_back = ReportState.WRITTEN, report.times_sent_back + 1
        return on.goes_on(_limit(on, None))
    report.state, report.verified_at = ReportState.VERIFIED, work.now
    judging = kept(clauses, of=report.of)
    means = SignatureMeans.TYPED
    sign_record(work, on.record, signer=by.name, role=report.verified_by, means=means)
    seal_record(work, on.record, on.pack, judging=judging)
    return on.goes_on(judging)


def ask_for_reports(work: Work, pack: Pack, case: HandledCase, because: str) -> None:
    """A case is handled once more: the procedure says whether a report is needed, or who decides that."""
    for rule in pack.dispatch.reports_for(pack.facts_of(case.told, case.facts)):
        if any(report.rule == rule.name and report.round == case.round for report in work.all(Nonconformity)):
            continue
        on = Reporting(work, pack, case, _asked(work, pack, case, rule, because), rule)
        on.goes_on([] if rule.entry.when_necessary else write(on, because, None, None))


def drop_undecided(work: Work) -> None:
    """The case is closed: nobody has to decide any more."""
    for report in work.all(Nonconformity):
        if report.state is ReportState.ASKED:
            report.state = ReportState.DROPPED
            _off_the_desks(work, report)


def write(on: Reporting, what: str, responsible: str | None, due_on: date | None) -> list[Judgement]:
    """The report is written: what went wrong, who is responsible, and by when it is put right."""
    work, report, case = on.work, on.report, on.case
    report.state = ReportState.WRITTEN
    judging = opened(on.rule.clauses, of=report.of) + _limit(on, due_on)
    assert report.due_at is not None
    zone = work.calendar(report.place).zone
    who = responsible or on.pack.title_of(report.desk).zh
    limit = report.due_at.astimezone(zone).date().isoformat()
    fields = on.fill(nonconformity=what, responsible=who, limit=limit)
    fields.update(_from_case(on, case))
    report.record_id = keep_record(
        work,
        on.pack,
        report.form,
        fields,
        of=report.of,
        number=case.number,
        place=report.place,
        department=_department(on.pack, report.desk),
        audience=report.audience,
    ).id
    return judging


def _department(pack: Pack, desk: str) -> str | None:
    return desk if desk in pack.head.departments else pack.head.roles[desk].department


def ask_for_next(work: Work, report: Nonconformity, case: HandledCase) -> None:
    """One task for the report, on the desk whose turn it is."""
    _off_the_desks(work, report)
    desk = report.waits_for
    if desk is None:
        return
    kind, zh, en = _NEXT[report.state]
    work.task(
        desk=desk,
        kind=kind,
        of=report.of,
        title=(f"{report.title['zh']}：{zh}", f"{report.title['en']}: {en}"),
        url=report.url,
        due_at=report.due_at if report.state is ReportState.WRITTEN else None,
        place=report.place,
        audience=report.audience,
        case=case.told,
    )


_NEXT = {
    ReportState.ASKED: ("decide_report", "请决定是否出具", "decide whether it is needed"),
    ReportState.WRITTEN: ("correct", "请纠正", "put it right"),
    ReportState.CORRECTED: ("verify", "请验证", "verify it"),
}


def _off_the_desks(work: Work, report: Nonconformity) -> None:
    for kind in (*(kind for kind, _zh, _en in _NEXT.values()), "overdue"):
        work.done(kind, of=report.of)


def _asked(work: Work, pack: Pack, case: HandledCase, rule: Rule[Report], because: str) -> Nonconformity:
    number = len(work.all(Nonconformity)) + 1
    header, entry = case.told, rule.entry
    report = Nonconformity(
        id=f"{case.id}.r{number}",
        case_id=case.id,
        number=number,
        case_number=case.number,
        rule=rule.name,
        title=entry.title.model_dump(),
        round=case.round,
        desk=_responsible(work, pack, case, entry),
        decided_by=entry.decided_by,
        verified_by=entry.verified_by,
        form=entry.form,
        place=case.place,
        audience=case.audience,
        procedure=header.procedure,
        procedure_version=header.procedure_version,
        asked_at=work.now,
        because=because,
    )
    return work.add(report)


def _responsible(work: Work, pack: Pack, case: HandledCase, entry: Report) -> str:
    """The desk that the pack names; else the one that handled the case last."""
    desk = entry.to.desk_for(case.told.facets) if entry.to else None
    handled = [duty.issued_to for duty in work.all(Duty) if duty.at("return") is not None]
    return desk or (handled[-1] if handled else pack.head.desk)


def _limit(on: Reporting, due_on: date | None) -> list[Judgement]:
    work, report, within = on.work, on.report, on.rule.entry.within
    calendar = work.calendar(report.place)
    due_at = moment_after(within.length, work.now, calendar)
    if due_on is not None:
        due_at = calendar.end_of_day(datetime.combine(due_on, datetime.min.time(), calendar.zone)).astimezone(
            work.now.tzinfo
        )
        if due_at <= work.now:
            raise Refused(_("This day is over. Name a later one."), clause=clause_of(on.rule.entry))
    report.due_at = due_at
    return start_limit(work, name=LIMIT, of=report.of, due_at=due_at, clauses=within.clauses)


def _from_case(on: Reporting, case: HandledCase) -> dict[str, Any]:
    form = on.pack.forms[on.report.form]
    known = {"number": case.number, "content": case.content}
    return {name: known[field.from_case] for name, field in form.fields.items() if field.from_case in known}


def say_that_a_report_is_late(work: Work, limit: Limit, judging: list[Judgement]) -> None:
    """What was to be put right by now was not: whoever decided that it is needed is told."""
    report = next((report for report in work.all(Nonconformity) if report.of == limit.of), None)
    if report is None:
        raise NotFound()
    case = work.one(HandledCase)
    work.judge(judging)
    work.task(
        desk=report.decided_by,
        kind="overdue",
        of=report.of,
        title=(f"超时：{report.title['zh']}", f"Overdue: {report.title['en']}"),
        url=report.url,
        due_at=limit.due_at,
        place=report.place,
        audience=report.audience,
        case=case.told,
    )
    _say_whether_settled(work, case)


def _say_whether_settled(work: Work, case: HandledCase) -> None:
    """Before the first mark of a round nobody waits for it."""
    tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())
