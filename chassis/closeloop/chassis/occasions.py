"""Judgements: when a clause became applicable, and how that ended. Given to `work.publish(event, judging=…)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from closeloop.contracts.vocabulary import OccasionEnd


class Judgement(NamedTuple):
    """This clause, on this thing (`of`, for example `duty:1`), opened or ended like this."""

    clause: str
    of: str
    end: OccasionEnd


def opened(clauses: Iterable[str], of: str) -> list[Judgement]:
    """The clauses are applicable from now on; how they end is not known yet."""
    return [Judgement(clause, of, OccasionEnd.OPENED) for clause in clauses]


def kept(clauses: Iterable[str], of: str) -> list[Judgement]:
    """What the clauses ask for was done."""
    return [Judgement(clause, of, OccasionEnd.KEPT) for clause in clauses]


def breached(clauses: Iterable[str], of: str) -> list[Judgement]:
    """What the clauses ask for was not done, or not in time."""
    return [Judgement(clause, of, OccasionEnd.BREACHED) for clause in clauses]


def prevented(clauses: Iterable[str], of: str) -> list[Judgement]:
    """A step against the clauses was tried and refused."""
    return [Judgement(clause, of, OccasionEnd.PREVENTED) for clause in clauses]


def waived(clauses: Iterable[str], of: str) -> list[Judgement]:
    """The procedure itself excuses from the clauses here, with evidence."""
    return [Judgement(clause, of, OccasionEnd.WAIVED) for clause in clauses]


def shown(clauses: Iterable[str], of: str) -> list[Judgement]:
    """Guidance was in front of the person who then acted."""
    return [Judgement(clause, of, OccasionEnd.SHOWN) for clause in clauses]


def not_applicable(clauses: Iterable[str], of: str) -> list[Judgement]:
    """It turned out that the clauses do not apply here."""
    return [Judgement(clause, of, OccasionEnd.NOT_APPLICABLE) for clause in clauses]


def withdrawn(clauses: Iterable[str], of: str) -> list[Judgement]:
    """A later fact takes the occasion back."""
    return [Judgement(clause, of, OccasionEnd.WITHDRAWN) for clause in clauses]
