"""Which entries can fulfil which clauses: a deadline needs a limit, a figure an indicator, conduct a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from closeloop.contracts.procedure import Entry
from closeloop.contracts.vocabulary import Check, ClauseKind

FITTING: Mapping[ClauseKind, frozenset[str]] = {
    kind: frozenset(names.split())
    for kind, names in {
        ClauseKind.ROUTING: """
            Again Channel Coverage Criterion Decision Duty Facet ForSome Handover Job Kind Register SignOff
            StepRule Survey
        """,
        ClauseKind.DEADLINE: """
            Answering Appointments AtOnce Coverage Facet Handover Job Limit Loop SignOff Telling
        """,
        ClauseKind.AUTHORITY_LIMIT: """
            Against Assessment Ceiling Crew Exemption Need Plan Posting Qualification SignOff StepRule Survey
            Training
        """,
        ClauseKind.RECORD: """
            Again AtOnce Channel Circulation Clearing ClosesWhen Conversation Copies Coverage Covers
            Customers Decision Distribution Duty Exemption Filing ForSome Form FormRule Guidance Handover Holder
            Job Kind Limit Loop Need OnTheSpot Plan Posting Register Retention Sheet SignOff StepRule Supervision Survey
            Telling Tracking
        """,
        ClauseKind.KPI: "Coverage Distribution Indicator Job Survey",
        ClauseKind.TRIGGER: """
            Again Alarm Clarifying CorrectiveAction Coverage Criterion Decision Duty ForSome Job Limit Loop
            LowScore Need OnTheSpot Opening Opens Rounds SignOff StepRule Telling
        """,
        ClauseKind.CONDUCT: "Guidance Need OnTheSpot SignOff StepRule",
        ClauseKind.SCHEDULE: "Coverage Job Supervision Survey",
        ClauseKind.APPROVAL: "Against Circulation Exemption Facet Plan SignOff StepRule Survey",
        ClauseKind.CLASSIFICATION: """
            AtOnce Channel Coverage Covers Criterion Duty Facet ForSome FormRule Indicator Kind LeftOut Need
            Rates Scale Sheet StepRule Survey
        """,
        ClauseKind.EXEMPTION: """
            ClosesWhen Criterion Duty Exemption ForSome FormRule LeftOut Need PublicLetter SameProblem SignOff
        """,
        ClauseKind.LOOP: """
            Again ClosesWhen CorrectiveAction Duty Effect ForSome Further Limit Loop Retraining Rounds SignOff
            StepRule Telling
        """,
        ClauseKind.REPORT: "Again Circulation Distribution Duty Indicator Job SignOff StepRule",
    }.items()
}
"""Kind of a clause to the names of the entries that can fulfil it."""

NEVER_ALONE = frozenset({"Parameter"})
"""Entries that give a number to another entry and may name its clause, but do not fulfil it."""


def fits(entry: Entry, kind: ClauseKind, check: Check) -> bool:
    """Whether an entry can fulfil a clause of that kind; a text that is shown, any clause that is kept by showing."""
    name = type(entry).__name__
    if name == "Guidance" and check is Check.GUIDANCE:
        return True
    return name in FITTING[kind]


def fitting(kind: ClauseKind) -> str:
    """The entries that can fulfil a clause of that kind, as lint prints them."""
    there = {entry.__name__ for entry in every_entry()}
    return ", ".join(sorted(_in_words(name) for name in FITTING[kind] & there))


def every_entry() -> Iterator[type[Entry]]:
    """Every kind of entry that the schema of a pack has."""
    waiting = [Entry]
    while waiting:
        for one in waiting.pop().__subclasses__():
            yield one
            waiting.append(one)


def _in_words(name: str) -> str:
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
