"""Figures by groups: an indicator opened by facets, places, departments and the like, each by itself."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from closeloop.chassis.acting import here
from closeloop.chassis.i18n import Sentence, _
from closeloop.chassis.packs import Pack, Rule
from closeloop.chassis.reading import Read
from closeloop.contracts.procedure.stats import Indicator
from closeloop.stats.asking import Asked
from closeloop.stats.counting import Counting
from closeloop.stats.queries import Figure, Part, counting, figure_of, parts_of, sums_of, target_of
from closeloop.stats.tables import NONE

BY: dict[str, Sentence] = {
    "place": _("Place"),
    "department": _("Department"),
    "kind": _("Kind"),
    "channel": _("Channel"),
    "survey": _("Survey"),
    "area": _("Area"),
}
"""What figures are grouped by besides facets."""

_NOT_SAID: dict[str, Sentence] = {
    "place": _("No place"),
    "department": _("No department yet"),
    "channel": _("No channel"),
    "area": _("No area"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """One group of an indicator: its figure, how often it stands there, and what its numbers open."""

    value: str
    title: Any
    figure: Figure
    opens: dict[Part, Counting]
    rank: int = 0
    together: float = 0
    """What it and all groups before it have together, in percent of the whole; where they are ranked."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """An indicator by one of the things that it is grouped by."""

    rule: Rule[Indicator]
    by: str
    title: Any
    groups: tuple[Group, ...]

    @property
    def total(self) -> int:
        """All that is counted above the line."""
        return sum(group.figure.numerator for group in self.groups)

    @property
    def ranked(self) -> "Grouped":
        """The most frequent first, what nobody has said last; groups without anything are left away."""
        there = sorted(
            (group for group in self.groups if group.figure.numerator),
            key=lambda one: (one.value == NONE, -one.figure.numerator, one.value),
        )
        so_far, ranked = 0, []
        for rank, group in enumerate(there, 1):
            so_far += group.figure.numerator
            ranked.append(replace(group, rank=rank, together=100 * so_far / self.total))
        return Grouped(self.rule, self.by, self.title, tuple(ranked))


async def groups_of(read: Read, asked: Asked, pack: Pack, rule: Rule[Indicator]) -> list[Grouped]:
    """The indicator by each of the things that it is grouped by."""
    target = await target_of(read, asked, pack, rule)
    parts = parts_of(rule)
    wanted = [counting(pack, rule, part) for part in parts]
    found = []
    for by in rule.entry.by:
        sums = await sums_of(read, asked, wanted, [by])
        told = {value for one in sums for (value,) in one}
        groups = []
        for value in values_of(asked, pack, by, told):
            numbers: dict[Part, int] = {part: one.get((value,), 0) for part, one in zip(parts, sums, strict=True)}
            opens = {part: one.narrowed(groups=((by, value),)) for part, one in zip(parts, wanted, strict=True)}
            figure = figure_of(pack, rule, numbers, target, (by, value))
            groups.append(Group(value, title_of(pack, by, value), figure, opens))
        found.append(Grouped(rule, by, title_by(pack, by), tuple(groups)))
    return found


def values_of(asked: Asked, pack: Pack, by: str, told: Iterable[str]) -> list[str]:
    """The groups in the order of the procedure, those without anything too; what it does not know comes after."""
    intake = pack.intake.said
    known: Sequence[str] = ()
    if by in intake.facets:
        known = tuple(intake.facets[by].values)
    elif by == "place":
        places = [one for one in here.get().people.organisation.places if asked.place in (None, one.id)]
        kinds = pack.head.places
        known = [one.id for one in places if (not kinds or one.kind in kinds) and asked.person.at(one.id)]
    elif by in ("kind", "channel", "survey"):
        known = tuple(_entries(pack)[by])
    elif by == "department":
        known = [name for name in pack.head.departments if name in set(told)]
    others = sorted(set(told) - {*known, NONE})
    return [*known, *others, *([NONE] if NONE in told else [])]


def _entries(pack: Pack) -> dict[str, Mapping[str, Any]]:
    intake = pack.intake.said
    return {"kind": intake.kinds, "channel": intake.channels, "survey": pack.survey.said.surveys}


def title_by(pack: Pack, by: str) -> Any:
    """What people call that by which it is grouped."""
    facet = pack.intake.said.facets.get(by)
    return facet.title.model_dump() if facet else BY.get(by, by)


def title_of(pack: Pack, by: str, value: str) -> Any:
    """What people call a group."""
    intake = pack.intake.said
    if value == NONE:
        return _NOT_SAID.get(by, _("Not rated yet"))
    if by == "department":
        return pack.title_of(value).model_dump()
    if by in ("place", "area"):
        place = here.get().people.organisation.place(value)
        return place.name.model_dump() if place else value
    facet = intake.facets.get(by)
    named: Mapping[str, Any] = facet.values if facet else _entries(pack).get(by, {})
    return named[value].title.model_dump() if value in named else value
