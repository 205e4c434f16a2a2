"""Who rates what the facts left open, and how a case goes on once it is rated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from closeloop.chassis.occasions import Judgement
from closeloop.chassis.packs import Pack, Rating, Rule, moment_after
from closeloop.chassis.store.tables import Task
from closeloop.chassis.work import Work
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.procedure.intake import Facet
from closeloop.intake.loop import ask, settle, take_off_the_desks, tell
from closeloop.intake.model import Case, whole

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
