"""What people do with one problem of several customers: they put callbacks together, and answer them once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from closeloop.callback.asking.model import check_form, check_moments, check_signature
from closeloop.callback.clauses import covering, first_of
from closeloop.callback.model import Callback, Case, department_of, is_on_the_desk
from closeloop.callback.same_problem.model import SameProblem
from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import HOME_ZONE, _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Person
from closeloop.chassis.records import KeptRecord, archive_record, keep_record, seal_record, sign_record
from closeloop.chassis.refusals import Forbidden, NotFound, Refused
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import CallbackForm, CallbackOutcome, ClauseKind, SignatureMeans, label

Member = tuple[Callback, Case]
FEWEST = 2


class ProblemForm(BaseModel):
    """Which callbacks are about the same problem."""

    model_config = ConfigDict(extra="forbid")

    problem: str = Field(min_length=2, max_length=2_000)
    callbacks: list[str] = Field(min_length=FEWEST, max_length=200)


class LetterForm(BaseModel):
    """The public letter that answers everybody."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(min_length=2, max_length=10_000)
    place: str = Field(min_length=1, max_length=200)
    """Where it was posted."""
    day: date = Field(alias="date")
    archive_reference: str = Field(min_length=1, max_length=100)


class AnswerForm(BaseModel):
    """How all customers with the problem were answered once: in one form of callback, or by a public letter."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(min_length=2, max_length=10_000)
    form: CallbackForm | None = None
    outcome: CallbackOutcome | None = None
    attempted_at: AwareDatetime | None = None
    letter: LetterForm | None = None


@acts
def put_together(work: Work, form: ProblemForm, pack: Pack, members: Sequence[Member]) -> SameProblem:
    """From now on these callbacks are one matter; registration is not touched."""
    person, rule = work.by, pack.callback.same_problem
    assert person is not None
    if rule is None:
        raise Refused(_("This procedure answers every customer for themselves."))
    clause = next(iter(rule.clauses), None)
    for callback, case in members:
        number = callback.case_number
        _belongs_to(callback, person, pack)
        if case.procedure != pack.id:
            raise Refused(_("{number} belongs to another procedure; put it together with its own.", number=number))
        if not rule.applies(pack.facts_of(case.known, case.facts)):
            raise Refused(_("{number} is not a case that is answered together with others.", number=number), clause)
        if not callback.is_open:
            raise Refused(_("The callback of {number} is over; leave it out.", number=number))
        if callback.problem:
            raise Refused(_("{number} belongs to another problem already.", number=number), clause)
    first = members[0][0]
    places = {callback.place for callback, _case in members}
    problem = SameProblem(
        id=work.key,
        procedure=pack.id,
        version=pack.version,
        problem=form.problem,
        desk=first.desk,
        opened_by=person.id,
        opened_at=work.now,
        members=[
            {"callback": callback.id, "case": case.id, "number": callback.number, "case_number": case.number}
            for callback, case in members
        ],
        department=department_of(first.desk, pack),
        place=places.pop() if len(places) == 1 else None,
        audience="restricted" if any(c.audience == "restricted" for c, _case in members) else first.audience,
    )
    work.add(problem)
    for one in problem.members:
        work.tell(one["case"], "put_together", callback=one["number"], problem=problem.id)
    return problem


@acts
def answer_once(work: Work, form: AnswerForm) -> SameProblem:
    """All are answered by this; it is written down once, and every member counts once."""
    problem, person = work.one(SameProblem), work.by
    assert person is not None
    pack = work.pack(problem.procedure, problem.version)
    rule = pack.callback.said.same_problem
    assert rule is not None
    if not problem.visible_to(person):
        raise NotFound()
    if not is_on_the_desk(person, problem.desk, pack):
        raise Forbidden(_("This callback is on the desk of {desk}.", desk=pack.title_of(problem.desk).model_dump()))
    clause = next(iter(rule.clauses), None)
    if problem.answered_at is not None:
        raise Refused(_("This problem was answered already; that is written down once."), clause)
    at = form.attempted_at or work.now
    how, outcome = _how(form, at, pack, work.now)
    letter = _keep_the_letter(work, problem, form.letter, pack, person) if form.letter else None
    record = _keep_the_record(work, problem, form, how, outcome, at, pack, person)
    problem.answered_at, problem.answered_by, problem.answer = work.now, person.id, form.note
    problem.outcome, problem.record, problem.letter = str(outcome), record.id, letter.id if letter else None
    for one in problem.members:
        work.tell(
            one["case"],
            "answered_together",
            callback=one["number"],
            problem=problem.id,
            caller=person.id,
            form=str(how),
            outcome=str(outcome),
            note=form.note,
            at=at.isoformat(),
            by_letter=letter is not None,
        )
    return problem


def _belongs_to(callback: Callback, person: Person, pack: Pack) -> None:
    if not callback.visible_to(person):
        raise NotFound()
    if not is_on_the_desk(person, callback.desk, pack):
        clause = first_of(covering(callback, pack), pack, ClauseKind.ROUTING)
        desk = pack.title_of(callback.desk).model_dump()
        raise Forbidden(_("This callback is on the desk of {desk}.", desk=desk), clause)


def _how(form: AnswerForm, at: datetime, pack: Pack, now: datetime) -> tuple[CallbackForm, CallbackOutcome]:
    """By a public letter nobody says whether they are satisfied; asked in one form, they do."""
    rule = pack.callback.said.same_problem
    assert rule is not None
    if form.letter is not None:
        if rule.letter is None or CallbackOutcome.ANSWERED not in pack.callback.loop.marks:
            raise Refused(_("This procedure knows no public letter; ask the customers."))
        return CallbackForm.LETTER, CallbackOutcome.ANSWERED
    if form.form is None or form.outcome not in (CallbackOutcome.SATISFIED, CallbackOutcome.DISSATISFIED):
        raise Refused(_("Say how the customers were asked and whether they are satisfied, or answer by a letter."))
    check_moments(at, None, form.outcome, now)
    check_signature(check_form(form.form, pack.callback.forms, pack), form.outcome, None, None, None, pack)
    return form.form, form.outcome


def _keep_the_letter(work: Work, problem: SameProblem, form: LetterForm, pack: Pack, person: Person) -> KeptRecord:
    rule = pack.callback.said.same_problem
    assert rule is not None and rule.letter is not None
    wanted: Mapping[str, Any] = {
        "problem": problem.problem,
        "cases": _numbers(problem),
        "text": form.text,
        "place": form.place,
        "date": form.day.isoformat(),
        "archive_reference": form.archive_reference,
    }
    record = _kept(work, problem, rule.letter.form, wanted, pack, form.archive_reference)
    sign_record(work, record, signer=person.name, role=problem.desk, means=SignatureMeans.TYPED)
    return archive_record(work, seal_record(work, record, pack), pack)


def _keep_the_record(
    work: Work,
    problem: SameProblem,
    form: AnswerForm,
    how: CallbackForm,
    outcome: CallbackOutcome,
    at: datetime,
    pack: Pack,
    person: Person,
) -> KeptRecord:
    rule = pack.callback.said.same_problem
    assert rule is not None
    day = f"{at.astimezone(HOME_ZONE):%Y-%m-%d}"
    said = f"{day} {label(how).zh} {label(outcome).zh} 回访人 {person.name}：{form.note}\n同类问题：{_numbers(problem)}"
    wanted = {"content": problem.problem, "callback": said, "register_number": _numbers(problem)}
    record = _kept(work, problem, rule.form, wanted, pack, None)
    sign_record(work, record, signer=person.name, role=problem.desk, means=SignatureMeans.TYPED)
    return seal_record(work, record, pack, judging=[])


def _kept(
    work: Work, problem: SameProblem, form: str, wanted: Mapping[str, Any], pack: Pack, number: str | None
) -> KeptRecord:
    fields = {name: value for name, value in wanted.items() if name in pack.forms[form].fields}
    return keep_record(
        work,
        pack,
        form,
        fields,
        of="same_problem",
        number=number,
        place=problem.place,
        department=problem.department,
        audience=problem.audience,
    )


def _numbers(problem: SameProblem) -> str:
    return "、".join(one["case_number"] for one in problem.members)
