"""Which clauses of a callback are judged when; periods are judged by stats, and jobs by the chassis."""

from __future__ import annotations

from collections.abc import Iterable

from closeloop.callback.model import Callback
from closeloop.chassis.occasions import Judgement, kept, not_applicable, opened, waived
from closeloop.chassis.packs import Pack
from closeloop.contracts.procedure.callback import FormRule
from closeloop.contracts.vocabulary import CallbackForm, ClauseKind

_JUDGED_ELSEWHERE = (ClauseKind.KPI, ClauseKind.SCHEDULE, ClauseKind.ROUTING, ClauseKind.CLASSIFICATION)


def of_kind(clauses: Iterable[str], pack: Pack, *kinds: ClauseKind) -> tuple[str, ...]:
    """Those of some clauses that ask for this kind of thing."""
    return tuple(clause for clause in clauses if clause in pack.clauses and pack.clauses[clause].kind in kinds)


def first_of(clauses: Iterable[str], pack: Pack, *kinds: ClauseKind) -> str | None:
    """The clause that a refusal names."""
    return next(iter(of_kind(clauses, pack, *kinds)), None)


def covering(callback: Callback, pack: Pack) -> tuple[str, ...]:
    """All clauses by which the customer is asked."""
    coverage = pack.callback.said.coverage.get(callback.coverage)
    return coverage.clauses if coverage else ()


def asking(callback: Callback, pack: Pack) -> tuple[str, ...]:
    """What stays open until the customer was asked and that was written down."""
    clauses = covering(callback, pack)
    return tuple(c for c in clauses if c in pack.clauses and pack.clauses[c].kind not in _JUDGED_ELSEWHERE)


def at_planning(callback: Callback, pack: Pack) -> list[Judgement]:
    """The right desk has it: that is kept by this; the rest is open until the customer was asked."""
    routing = of_kind(covering(callback, pack), pack, ClauseKind.ROUTING)
    return [*opened(asking(callback, pack), of=callback.of), *kept(routing, of=callback.of)]


def by_form(callback: Callback, form: CallbackForm, pack: Pack) -> list[Judgement]:
    """Mainly in one form: that form keeps the clause, another one has its reasons."""
    clauses = of_kind(covering(callback, pack), pack, ClauseKind.CLASSIFICATION)
    mainly = pack.callback.said.coverage[callback.coverage].form
    return (kept if form == mainly else not_applicable)(clauses, of=callback.of)


def of_the_form(rule: FormRule, is_signed: bool, of: str, pack: Pack) -> list[Judgement]:
    """What a form of callback fulfils; one exempt from the signature excuses from the clauses that ask for it."""
    if rule.signature == "required" and not is_signed:
        return []
    exempt = of_kind(rule.clauses, pack, ClauseKind.EXEMPTION)
    signing = {
        clause
        for other in pack.callback.said.forms.values()
        if other.signature != "none"
        for clause in of_kind(other.clauses, pack, ClauseKind.RECORD)
    }
    return [*kept(rule.clauses, of=of), *waived(sorted(signing - set(rule.clauses)) if exempt else (), of=of)]


def of_the_loop(callback: Callback, pack: Pack) -> tuple[str, ...]:
    """What asks for the callback of a further round: again, until the customer is satisfied."""
    return again(pack) if callback.round > 1 else ()


def again(pack: Pack) -> tuple[str, ...]:
    """What a dissatisfied customer opens."""
    loop = pack.callback.loop
    return (*loop.clauses, *further(pack))


def further(pack: Pack) -> tuple[str, ...]:
    """What a second and every further callback fulfils."""
    rule = pack.callback.loop.further
    return rule.clauses if rule else ()
