"""When necessary: what a person has to decide about a case is asked, waited for, and dropped when it is over."""

from __future__ import annotations

from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import not_applicable, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.rules import Facts, Rule
from closeloop.chassis.refusals import Refused
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.decision import Decision
from closeloop.contracts.procedure.dispatch import Duty as DutyRule
from closeloop.dispatch.deciding.model import Answer, Question
from closeloop.dispatch.model import HandledCase, title_of
from closeloop.dispatch.steps.handling import Handling

DECIDE = "decide"


def ask_what_is_necessary(work: Work, pack: Pack, case: HandledCase, facts: Facts) -> None:
    """Whoever decides is asked once in a round; what need not be decided any more is dropped."""
    rules = pack.dispatch
    for question in work.all(Question, answer=Answer.OPEN):
        if question.round != case.round or not rules.is_asked(rules.duty(question.rule), facts):
            drop_question(work, pack, question)
    for rule in rules.duties:
        decision = rule.entry.when_necessary
        if decision is None or decision.before is None or not rules.is_asked(rule, facts):
            continue
        if work.maybe(Question, rule=rule.name, round=case.round) is None:
            _ask(work, case, rule, decision)


def decided_questions(work: Work) -> list[Question]:
    """The questions that somebody answered."""
    return [one for one in work.all(Question) if one.answer in (Answer.NEEDED, Answer.NOT_NEEDED)]


def drop_question(work: Work, pack: Pack, question: Question) -> None:
    """Nobody has to decide it any more."""
    question.answer = Answer.DROPPED
    work.done(DECIDE, of=question.of)
    decision = pack.dispatch.duty(question.rule).entry.when_necessary
    work.judge(not_applicable(decision.clauses if decision else (), of=question.of))


def drop_questions(work: Work, pack: Pack) -> None:
    """The case is closed."""
    for question in work.all(Question, answer=Answer.OPEN):
        drop_question(work, pack, question)


def refuse_undecided(on: Handling, step: str) -> None:
    """A step that waits for a decision is refused until somebody decided."""
    rules, case = on.pack.dispatch, on.case
    for rule in rules.duties:
        decision = rule.entry.when_necessary
        before = decision.before if decision else None
        if decision is None or before is None or (before.duty, before.step) != (on.rule.name, step):
            continue
        said = on.work.maybe(Question, rule=rule.name, round=case.round)
        if (said is None or said.answer is Answer.OPEN) and rules.is_asked(rule, on.facts) is not False:
            role = on.pack.title_of(decision.decided_by).model_dump()
            words = {"step": title_of(step, on.steps), "what": rule.entry.title.model_dump(), "role": role}
            sentence = _("“{step}” waits: “{role}” has to decide whether this is necessary: {what}.", **words)
            raise Refused(sentence, clause=next(iter((*decision.clauses, *rule.clauses)), None))


def _ask(work: Work, case: HandledCase, rule: Rule[DutyRule], decision: Decision) -> None:
    number = len(work.all(Question)) + 1
    title = rule.entry.title.model_dump()
    assert decision.before is not None
    question = Question(
        id=f"{case.id}.q{number}",
        case_id=case.id,
        number=number,
        rule=rule.name,
        title=title,
        round=case.round,
        decided_by=decision.decided_by,
        waits_duty=decision.before.duty,
        waits_step=decision.before.step,
        place=case.place,
        audience=case.audience,
        asked_at=work.now,
    )
    work.add(question)
    work.judge(opened(decision.clauses, of=question.of))
    work.task(
        desk=decision.decided_by,
        kind=DECIDE,
        of=question.of,
        title=(f"请决定是否需要：{title['zh']}", f"Decide whether this is necessary: {title['en']}"),
        url=question.url,
        place=case.place,
        audience=case.audience,
        case=case.told,
    )
