"""Limits of a pack: each has a case in which it runs, a moment at which it starts, and one at which it stops."""

from __future__ import annotations

from collections.abc import Iterator

from closeloop.chassis.conditions import Condition, covers
from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.lint_conditions import Vocabulary, vocabulary_of
from closeloop.chassis.packs.lint_names import Where
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Dispatch
from closeloop.contracts.procedure.limit import OF_THE_CASE, Limit
from closeloop.contracts.procedure.step import moment_of


def check_limits(source: Source) -> Iterator[Fault]:
    """Limits of a case that could not start or stop, lengths that some case lacks, facts that nobody tells."""
    dispatch, words = source.part("dispatch", Dispatch), vocabulary_of(source)
    named = {name for duty in dispatch.duties.values() for name in duty.limits}
    moments = (*OF_THE_CASE, *_moments_of_duties(dispatch))
    for name, limit in dispatch.limits.items():
        place: Where = ("limits", name)
        if limit.of == "case":
            yield from _of_a_case(source, place, name, limit, moments, name in named)
        if limit.until is not None and limit.until.fact not in words.facts:
            known = nearest(limit.until.fact, sorted(words.facts))
            sentence = f"Nobody tells the fact {limit.until.fact!r}: {known}"
            yield source.fault("dispatch", (*place, "until", "fact"), sentence)
        if limit.by_case and limit.length is None and not _covered(limit, words):
            sentence = f"Some cases of {name} have no length: say with length: how long it is for all others."
            yield source.fault("dispatch", (*place, "by_case"), sentence)


def _of_a_case(
    source: Source, place: Where, name: str, limit: Limit, moments: tuple[str, ...], is_named: bool
) -> Iterator[Fault]:
    if is_named:
        sentence = (
            f"The limit {name} runs for the case, so no duty names it: leave out of: case, or take it off the duty."
        )
        yield source.fault("dispatch", place, sentence)
    for key in ("starts", "stops"):
        moment = getattr(limit, key)
        if moment not in moments:
            sentence = (
                f"The limit {name} of the case never {key}: it has no moment {moment!r}; {nearest(moment, moments)}"
            )
            yield source.fault("dispatch", (*place, key), sentence)
    order = list(OF_THE_CASE[:3])
    both = limit.starts in order and limit.stops in order
    if limit.starts == limit.stops or (both and order.index(limit.starts) >= order.index(limit.stops)):
        sentence = f"The limit {name} stops at {limit.stops}, which is not after {limit.starts}: name a later moment."
        yield source.fault("dispatch", (*place, "stops"), sentence)


def _moments_of_duties(dispatch: Dispatch) -> Iterator[str]:
    """Every step of every duty, by its name and by its moment."""
    for name, duty in sorted(dispatch.duties.items()):
        yield f"{name}.issued"
        yield from (f"{name}.{told}" for told in duty.tells)
        for step in duty.steps:
            yield f"{name}.{moment_of(step)}"
            if moment_of(step) != step:
                yield f"{name}.{step}"


def _covered(limit: Limit, words: Vocabulary) -> bool:
    cases = [Condition(one.when.written, words.orders) for one in limit.by_case]
    return covers(cases, Condition(limit.when.written, words.orders), words.domains) is not False
