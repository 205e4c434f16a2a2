"""A clause was broken, or an attempt at it prevented: what the procedure has that bring about is opened."""

from __future__ import annotations

from closeloop.chassis.packs import Pack
from closeloop.chassis.procedures import PackMissing
from closeloop.chassis.settling import tell_whether_settled
from closeloop.chassis.work import Work
from closeloop.contracts.event import Judged
from closeloop.contracts.vocabulary import OccasionEnd
from closeloop.dispatch.corrective.opening import begin_elsewhere, judge_opening, open_for_a_case
from closeloop.dispatch.model import HandledCase

WORDS = {OccasionEnd.BREACHED: "违反 / breached", OccasionEnd.PREVENTED: "已阻止的违反 / attempt prevented"}


def report_breaches(work: Work, broken: list[Judged]) -> None:
    """Each clause is reported once for a case, until what it brought about is over; nobody reports on a report."""
    case = work.maybe(HandledCase)
    if case is not None and case.action is not None:
        return
    for one in broken:
        pack = _pack_of(work, case, one.clause)
        if pack is not None and one.clause in pack.dispatch.opened_by_breaches:
            _report(work, pack, case, one)


def _report(work: Work, pack: Pack, case: HandledCase | None, broken: Judged) -> None:
    who = f" ({work.by.name})" if work.by is not None else ""
    because = f"{broken.clause} {pack.clauses[broken.clause].text.zh} / {WORDS[broken.end]}{who}"
    person = work.by.id if work.by is not None else None
    for action, opening in pack.dispatch.opened_by_breaches[broken.clause]:
        if case is None:
            begin_elsewhere(work, pack, action, opening, because=because, person=person)
            judge_opening(work, opening, f"action:{opening.name}")
            continue
        called = f"{opening.name}:{broken.clause}"
        if called not in case.actions or case.actions[called].get("over"):
            open_for_a_case(work, pack, case, action, opening, called=called, because=because, person=person)
            tell_whether_settled(work, case.told, may_close=case.round in case.marks.values())


def _pack_of(work: Work, case: HandledCase | None, clause: str) -> Pack | None:
    """The procedure of the case, else the one that has such a clause."""
    if case is not None:
        return work.pack(case.told.procedure, case.told.procedure_version)
    try:
        return work.pack(clause.split("-")[0])
    except PackMissing:
        return None
