"""Facets of a pack: no two criteria in each other's way, every desk named, every gate with a way out."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.conditions import Condition, overlap
from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.lint_conditions import Vocabulary, vocabulary_of
from closeloop.chassis.packs.lint_names import Where
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Condition as Written
from closeloop.contracts.procedure import Dispatch, Intake
from closeloop.contracts.procedure.facet import Facet


def check_facets(source: Source) -> Iterator[Fault]:
    """Facets that could not be rated, or that lead nowhere."""
    words = vocabulary_of(source)
    intake, dispatch = source.parts["intake"], source.parts["dispatch"]
    assert isinstance(intake, Intake) and isinstance(dispatch, Dispatch)
    for name, facet in intake.facets.items():
        yield from _in_the_way(source, name, facet, words)
        yield from _without_a_desk(source, name, facet)
        for value in facet.gates:
            if not any(_asks_for(duty.when, name) for duty in dispatch.duties.values()):
                sentence = (
                    f"A case whose {name} is {value} is outside and reaches no desk: "
                    f"give it a duty in dispatch.yaml with when: {{{name}: {{is: {value}}}}}."
                )
                yield source.fault("intake", ("facets", name, "values", value, "gate"), sentence)
    for handover_name, handover in intake.handovers.items():
        rates = handover.rates
        if rates is not None and rates.facet in intake.facets and intake.facets[rates.facet].later:
            sentence = (
                f"{rates.facet} may be rated later, so nobody judges it before passing on: leave out later: true."
            )
            yield source.fault("intake", ("handovers", handover_name, "rates"), sentence)


def _in_the_way(source: Source, name: str, facet: Facet, words: Vocabulary) -> Iterator[Fault]:
    """Of ordered values the highest counts; of others only one may be given."""
    if facet.ordered:
        return
    given = [
        (value, criterion, Condition(said.when.written, words.orders))
        for value, criterion, said in facet.reasons()
        if said.when is not None
    ]
    for i, (value, criterion, when) in enumerate(given):
        for other, _criterion, earlier in given[:i]:
            if other != value and overlap(when, earlier, words.domains):
                at: Where = ("facets", name, "values", value, "criteria", criterion, "when")
                sentence = f"A case may be {value} and also {other}: let the conditions exclude each other."
                yield source.fault("intake", at, sentence)


def _without_a_desk(source: Source, name: str, facet: Facet) -> Iterator[Fault]:
    """Where some values name who takes the case, all do; a gate leads elsewhere."""
    named = [value for value, said in facet.values.items() if said.desk]
    for value, said in facet.values.items():
        if named and said.desk is None and not said.gate:
            sentence = f"{named[0]} says who takes the case, and {value} does not: add its desk."
            yield source.fault("intake", ("facets", name, "values", value), sentence)


def _asks_for(written: Written, fact: str) -> bool:
    return fact in Condition(written.written).facts_needed
