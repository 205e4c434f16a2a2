"""Clauses of a pack: each is fulfilled by an entry that fits its kind, or said to be not fulfilled yet."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.fitting import NEVER_ALONE, fits, fitting
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.pack import entries_in
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Clauses, Head, Scenario


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
                elif type(entry).__name__ in NEVER_ALONE:
                    continue
                elif not fits(entry, said.clauses[clause].kind, said.clauses[clause].check):
                    kind = said.clauses[clause].kind
                    yield source.fault(
                        section,
                        place,
                        f"{clause} is a {kind} clause and cannot be fulfilled here, by {type(entry).__name__.lower()}: "
                        f"bind it to one of {fitting(kind)}.",
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
