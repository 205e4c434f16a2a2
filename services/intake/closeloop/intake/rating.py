"""Who rates what the facts left open, and how a case goes on once it is rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.occasions import Judgement, kept
from closeloop.chassis.packs import Pack, Rating, Rule, moment_after
from closeloop.chassis.store.tables import Task
from closeloop.chassis.work import Refused, Work
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.procedure.facet import Facet
from closeloop.intake.judging import against
from closeloop.intake.loop import ask, settle, take_off_the_desks, tell
from closeloop.intake.model import Case, facts_of, whole
from closeloop.intake.raising import must_not_fall

ASSESS = "assess"


def go_on(work: Work, case: Case, pack: Pack, rating: Rating, judged: list[Judgement], **told: Any) -> None:
    """Everything is rated: handling begins. Or the desk is asked for what is still open."""
    if rating.open:
        work.judge(judged)
        case.sequence += bool(judged)
    else:
        case.assessed(work.now)
        tell(work, case, CaseAssessed(**whole(case, pack), **told), judged)
    ask_for_rating(work, case, pack, rating.open)
    settle(work, case)


def of_rating(pack: Pack, rating: Rating, fresh: Iterable[str]) -> list[Judgement]:
    """What rating these facets keeps: the clauses of each, and those of every criterion that holds for it."""
    judged: list[Judgement] = []
    for rule in pack.intake.facets:
        if rule.name in fresh:
            judged += kept(rule.clauses, of=f"facet:{rule.name}")
    for held in rating.held:
        if held.facet in fresh:
            judged += kept(held.criterion.clauses, of=held.of)
    return judged


def must_fit(work: Work, case: Case, pack: Pack, given: Mapping[str, str]) -> None:
    """Nobody rates against a criterion of the procedure, below what a level gave up, or a case that is outside."""
    rated = {**case.facets, **given}
    facts = facts_of(case, pack)
    if held := pack.intake.against(facts, given):
        raise Refused(against(pack, held), clause=next(iter(held.criterion.clauses), None))
    gate = pack.intake.shut_by(rated)
    if gate is not None and gate not in given:
        raise Refused(outside(pack, gate, rated[gate]), clause=_clause_of(pack, gate, rated[gate]))
    for facet, value in given.items():
        must_not_fall(work, case, pack, facet, value)


def outside(pack: Pack, gate: str, value: str) -> Sentence:
    """Why nothing else is rated."""
    entry = next(rule.entry for rule in pack.intake.facets if rule.name == gate)
    title, said = entry.title, entry.values[value].title
    return _(
        "This case is outside the procedure: {facet} is “{value}”. Nothing else is rated; rate that again first.",
        facet={"zh": title.zh, "en": title.en},
        value={"zh": said.zh, "en": said.en},
    )


def _clause_of(pack: Pack, facet: str, value: str) -> str | None:
    entry = next(rule.entry for rule in pack.intake.facets if rule.name == facet)
    clauses = [clause for one in entry.values[value].criteria.values() for clause in one.clauses]
    return next(iter((*clauses, *entry.clauses)), None)


def ask_for_rating(work: Work, case: Case, pack: Pack, waiting: Iterable[Rule[Facet]]) -> None:
    """Whoever rates a facet that is still open has a task; whoever has nothing left to rate has none."""
    by_desk: dict[str, list[Facet]] = {}
    for rule in waiting:
        by_desk.setdefault(rule.entry.rated_by, []).append(rule.entry)
    asked = {task.of for task in work.all(Task, kind=ASSESS, closed_at=None)}
    for of in sorted(asked - {_of(desk) for desk in by_desk}):
        take_off_the_desks(work, case, ASSESS, of)
    title = pack.intake.kinds[case.kind].title
    calendar = work.calendar(case.place)
    for desk, facets in by_desk.items():
        if _of(desk) in asked:
            continue
        due = [moment_after(facet.within, case.registered_at, calendar) for facet in facets if facet.within]
        words = (f"判定{title.zh} {case.number}", f"Assess {title.en.lower()} {case.number}")
        ask(work, case, desk, ASSESS, _of(desk), words, due_at=min(due, default=None))


def _of(desk: str) -> str:
    return f"case:{desk}"
