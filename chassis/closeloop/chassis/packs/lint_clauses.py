"""Clauses of a pack: each is fulfilled by an entry that fits its kind, or said to be not fulfilled yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.pack import entries_in
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Clauses, Entry, Form, Retention, Scenario
from closeloop.contracts.procedure.callback import (
    Appointments,
    Coverage,
    Exemption,
    FormRule,
    Further,
    Loop,
    PublicLetter,
    SameProblem,
    Supervision,
)
from closeloop.contracts.procedure.dispatch import (
    Again,
    Duty,
    ForSome,
    Report,
    ReportFirst,
    StepRule,
    Tracking,
    Within,
)
from closeloop.contracts.procedure.guidance import Guidance
from closeloop.contracts.procedure.head import Head, Parameter
from closeloop.contracts.procedure.intake import AtOnce, Channel, ClosesWhen, Facet, Handover, Kind, Register, Rounds
from closeloop.contracts.procedure.limit import Limit
from closeloop.contracts.procedure.schedule import Job
from closeloop.contracts.procedure.signing import SignOff
from closeloop.contracts.procedure.stats import Indicator
from closeloop.contracts.procedure.survey import LowScore, Sheet, Survey
from closeloop.contracts.vocabulary import Check, ClauseKind

_FITTING: Mapping[ClauseKind, tuple[type[Entry], ...]] = {
    ClauseKind.ROUTING: (
        *(Duty, StepRule, SignOff, Channel, Register, Kind, Handover, Facet, Coverage, Survey, Job, Again, ForSome),
    ),
    ClauseKind.DEADLINE: (Limit, Within, AtOnce, Handover, Facet, Loop, Job, Coverage, Appointments),
    ClauseKind.AUTHORITY_LIMIT: (StepRule, SignOff, Exemption, Survey),
    ClauseKind.RECORD: (
        *(Form, Register, Kind, Duty, StepRule, SignOff, FormRule, Exemption, Coverage, Loop),
        *(Supervision, Sheet, Survey, Job, Channel, Handover, AtOnce, Retention),
        *(Limit, Tracking, ForSome),
    ),
    ClauseKind.KPI: (Indicator, Coverage, Survey),
    ClauseKind.TRIGGER: (SignOff, Duty, Limit, Rounds, Again, Job, LowScore, Loop, ReportFirst, Report),
    ClauseKind.CONDUCT: (Guidance,),
    ClauseKind.SCHEDULE: (Job, Coverage, Survey, Supervision),
    ClauseKind.APPROVAL: (SignOff, Survey, StepRule, Exemption),
    ClauseKind.CLASSIFICATION: (Kind, AtOnce, Facet, FormRule, Channel, Coverage, Survey, Sheet),
    ClauseKind.EXEMPTION: (Exemption, FormRule, Duty, ForSome, ClosesWhen, SignOff, SameProblem, PublicLetter),
    ClauseKind.LOOP: (Rounds, Again, Loop, ClosesWhen, Further),
    ClauseKind.REPORT: (Indicator, Job),
}
_NEVER_ALONE = (Parameter,)
"""Entries that give a number to another entry and may name its clause, but do not fulfil it."""


def check_clauses(source: Source) -> Iterator[Fault]:
    """Clauses without a fitting entry, and entries that name clauses which are not there."""
    head, said = source.parts["procedure"], source.parts["clauses"]
    assert isinstance(head, Head) and isinstance(said, Clauses)
    fulfilled: set[str] = set()
    for section, part in source.parts.items():
        for where, entry in entries_in(part, ()):
            for i, clause in enumerate(entry.clauses):
                place = (*where, "clauses", i)
                if clause not in said.clauses:
                    known = nearest(clause, said.clauses)
                    yield source.fault(section, place, f"clauses.yaml has no clause {clause!r}: {known}")
                elif isinstance(entry, _NEVER_ALONE):
                    continue
                elif not _fits(entry, said.clauses[clause].kind, said.clauses[clause].check):
                    kind = said.clauses[clause].kind
                    fitting = ", ".join(sorted(one.__name__.lower() for one in _FITTING[kind]))
                    yield source.fault(
                        section,
                        place,
                        f"{clause} is a {kind} clause and cannot be fulfilled here, by {type(entry).__name__.lower()}: "
                        f"bind it to one of {fitting}.",
                    )
                else:
                    fulfilled.add(clause)
    for i, clause in enumerate(said.not_yet):
        if clause not in said.clauses:
            known = nearest(clause, said.clauses)
            yield source.fault("clauses", ("not_yet", i), f"There is no clause {clause!r}: {known}")
        elif clause in fulfilled:
            yield source.fault("clauses", ("not_yet", i), f"{clause} is fulfilled by now: take it off this list.")
    for clause, what in said.clauses.items():
        place = ("clauses", clause)
        if not clause.startswith(f"{head.id}-"):
            yield source.fault("clauses", place, f"A clause of this pack begins with {head.id}-, not as {clause}.")
        if clause not in fulfilled and clause not in said.not_yet and not what.by_construction:
            yield source.fault(
                "clauses",
                place,
                f"No entry fulfils {clause}: name it in the clauses: of a fitting entry, or add it to not_yet.",
            )
    for section, part in source.parts.items():
        if isinstance(part, Scenario):
            for i, clause in enumerate(part.clauses):
                if clause not in said.clauses:
                    known = nearest(clause, said.clauses)
                    yield source.fault(section, ("clauses", i), f"clauses.yaml has no clause {clause!r}: {known}")


def _fits(entry: Entry, kind: ClauseKind, check: Check) -> bool:
    if isinstance(entry, Guidance) and check is Check.GUIDANCE:
        return True
    return isinstance(entry, _FITTING[kind])
