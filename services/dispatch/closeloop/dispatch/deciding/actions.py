"""What people decide about duties: whether one is necessary, and that a further one is."""

from __future__ import annotations

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import kept
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Rule
from closeloop.chassis.people import Person
from closeloop.chassis.refusals import NotFound, Refused
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.dispatch.corrective.matter import rules_for
from closeloop.dispatch.deciding.forms import FurtherForm, NecessaryForm
from closeloop.dispatch.deciding.model import Answer, Question
from closeloop.dispatch.deciding.necessity import DECIDE
from closeloop.dispatch.issuing.coming import each_of
from closeloop.dispatch.issuing.facts import known_facts
from closeloop.dispatch.issuing.handing_out import hand_out, issue, some_desks
from closeloop.dispatch.model import Duty, HandledCase

Desks = frozenset[str]


@acts
def decide_duty(work: Work, rule: str, form: NecessaryForm, desks: Desks) -> Question:
    """Whether a duty is necessary: a yes issues it, a no says why not; the step that waited goes on."""
    case, pack = _case_of(work)
    question = work.maybe(Question, rule=rule, round=case.round)
    if question is None:
        raise NotFound()
    found = pack.dispatch.duty(rule)
    decision = found.entry.when_necessary
    assert decision is not None and work.by is not None
    clause = next(iter((*decision.clauses, *found.clauses)), None)
    if question.answer is not Answer.OPEN:
        raise Refused(_("This was decided already. Load the page again."), clause=clause)
    _is_for(pack, decision.decided_by, desks, clause)
    if not form.needed and not form.reason:
        raise Refused(_("Say why it is not necessary."), clause=clause)
    question.answer = Answer.NEEDED if form.needed else Answer.NOT_NEEDED
    question.reason, question.answered_by, question.answered_at = form.reason, work.by.id, work.now
    if form.needed:
        question.desks = list(_issued(work, pack, case, found, form))
    work.done(DECIDE, of=question.of)
    work.judge(kept(decision.clauses, of=question.of))
    hand_out(work, pack, case)
    tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())
    return question


@acts
def issue_further(work: Work, rule: str, form: FurtherForm, desks: Desks) -> Duty:
    """Somebody finds a further duty necessary, and says why."""
    case, pack = _case_of(work)
    found = next((one for one in pack.dispatch.duties if one.name == rule), None)
    if found is None:
        raise NotFound()
    clause = next(iter(found.clauses), None)
    role = may_issue(found)
    if role is None:
        title = found.entry.title.model_dump()
        raise Refused(_("Nobody issues “{title}” by hand: the procedure does.", title=title), clause=clause)
    _is_for(pack, role, desks, clause)
    facts = known_facts(pack, case, work.all(Duty))
    if found.when.decide(facts) is False:
        raise Refused(_("The procedure does not provide “{title}” here.", title=found.entry.title.model_dump()), clause)
    _issued(work, pack, case, found, form)
    hand_out(work, pack, case)
    return max(work.all(Duty), key=lambda duty: duty.number)


def may_issue(rule: Rule[DutyRule]) -> str | None:
    """The role that issues a duty when it finds it necessary; none where nobody does."""
    decision = rule.entry.when_necessary
    offered = decision.decided_by if decision is not None and decision.before is None else None
    return rule.entry.further_by or offered


def _issued(
    work: Work, pack: Pack, case: HandledCase, rule: Rule[DutyRule], form: NecessaryForm | FurtherForm
) -> tuple[str, ...]:
    chosen = some_desks(work, pack, case, rule, form.desks)
    for desk in chosen:
        for one in each_of(pack, rule, case):
            issue(work, pack, case, rule, desk=desk, whose=one, because=form.reason or "")
    return chosen


def _case_of(work: Work) -> tuple[HandledCase, Pack]:
    case = work.one(HandledCase)
    by: Person | None = work.by
    if by is None or not by.at(case.place) or not by.hears(case.audience):
        raise NotFound()
    if case.closed_at is not None:
        raise Refused(_("The case is closed; nothing is issued for it any more."))
    return case, rules_for(work.pack(case.told.procedure, case.told.procedure_version), case)


def _is_for(pack: Pack, role: str, desks: Desks, clause: str | None) -> None:
    if role not in desks:
        raise Refused(_("This is for “{desk}”.", desk=pack.title_of(role).model_dump()), clause=clause)
