"""Conditions of a pack: can they be read, do they ask for facts that exist, is none dead or in the way of another?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from closeloop.chassis.condition_tree import All, Any_, BadCondition, Node, Not, Quantified, Test
from closeloop.chassis.conditions import Condition, covers, overlap
from closeloop.chassis.packs.faults import Fault
from closeloop.chassis.packs.known_keys import nearest
from closeloop.chassis.packs.lint_opens import OF_AN_ITEM
from closeloop.chassis.packs.source import Source
from closeloop.contracts.procedure import Callback, Dispatch, Intake, Part
from closeloop.contracts.procedure import Condition as Written
from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.head import Head
from closeloop.contracts.vocabulary import BasicKind

Where = tuple[str | int, ...]
_ALWAYS_THERE = ("place", "round", "contact_left", "wants_callback", "desk")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts that conditions may ask for, with the values that they may have where these are known."""

    facts: frozenset[str]
    domains: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    orders: dict[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: frozenset[str] = frozenset()
    lists: dict[str, Vocabulary | None] = field(default_factory=dict)
    """Lists that every and some go over, each with what their members tell; none where that is not known here."""
    personal: frozenset[str] = frozenset()
    """What tells about a person: a condition may ask whether it is known, and nothing else."""


def vocabulary_of(source: Source) -> Vocabulary:
    """The facts of a case: its header, facets, and what the register and forms ask that is not personal."""
    intake = source.part("intake", Intake)
    domains: dict[str, tuple[Any, ...]] = {
        "kind": tuple(intake.kinds),
        "basic_kind": tuple(map(str, BasicKind)),
        "channel": tuple(intake.channels),
        "contact_left": (True, False),
        "wants_callback": (True, False),
    }
    places = tuple(source.part("procedure", Head).places)
    if len(places) > 1:
        domains["place_kind"] = places
    domains.update({name: tuple(facet.values) for name, facet in intake.facets.items()})
    actions = source.part("dispatch", Dispatch).corrective_actions.values()
    if actions:
        domains["opened_by"] = tuple(dict.fromkeys(name for action in actions for name in action.opens))
        domains["handled_by"] = _desks_of(source)
    facts = {*domains, *_ALWAYS_THERE}
    numbers = {"round"}
    fields = [column for register in intake.registers.values() for column in register.fields.items()]
    for form in source.folded("forms").values():
        fields.extend(getattr(form, "fields", {}).items())
    desks = _desks_of(source)
    told = _told_by(fields, desks)
    domains = {**told.domains, **domains}
    orders = {name: tuple(facet.values) for name, facet in intake.facets.items() if facet.ordered}
    lists = {**dict.fromkeys(("items", *source.part("dispatch", Dispatch).duties)), **told.lists}
    personal = frozenset(name for name, column in fields if column.personal) - told.facts - facts
    return Vocabulary(told.facts | facts, domains, orders, told.numbers | numbers, lists, personal)


def _told_by(fields: Iterable[tuple[str, FormField]], desks: tuple[str, ...]) -> Vocabulary:
    """What fields tell that are about no person; of rows there is a number, and their columns."""
    facts: set[str] = set()
    numbers: set[str] = set()
    domains: dict[str, tuple[Any, ...]] = {}
    lists: dict[str, Vocabulary | None] = {}
    for name, column in fields:
        if column.personal:
            continue
        facts.add(name)
        if column.type in ("number", "points", "rows"):
            numbers.add(name)
        if column.type == "rows":
            lists[name] = _told_by(column.columns.items(), desks)
        elif column.choices:
            domains.setdefault(name, tuple(column.choices))
        elif column.type == "truth":
            domains.setdefault(name, (True, False))
        elif column.type == "desk":
            domains.setdefault(name, desks)
    return Vocabulary(frozenset(facts), domains, {}, frozenset(numbers), lists)


def _desks_of(source: Source) -> tuple[str, ...]:
    head = source.part("procedure", Head)
    return (*head.departments, *head.roles)


def written_in(source: Source) -> Iterator[tuple[str, Where, Written]]:
    """Every condition of the pack with its place."""
    for section, part in source.parts.items():
        for where, written in _conditions_in(part, ()):
            yield section, where, written


def unreadable(source: Source) -> Iterator[Fault]:
    """Conditions that nobody could decide."""
    orders = vocabulary_of(source).orders
    for section, where, written in written_in(source):
        try:
            Condition(written.written, orders)
        except BadCondition as bad:
            yield source.fault(section, where, str(bad))


def check_conditions(source: Source) -> Iterator[Fault]:
    """Facts and values that do not exist, dead and overlapping rules, kinds that reach no desk."""
    words = vocabulary_of(source)
    marks = frozenset(marks_of(source))
    facets = {name: words.domains[name] for name in source.part("intake", Intake).facets}
    by_mark = {**facets, **dict.fromkeys(marks, (True, False))}
    of_marks = Vocabulary(marks | facets.keys(), by_mark, words.orders)
    asked = source.part("callback", Callback).coverage
    of_sheets = {("callback", ("coverage", name)) for name, one in asked.items() if one.of == "sheets"}
    strange = False
    for section, where, written in written_in(source):
        if section == "survey" and "covers" in where:
            continue
        about_marks = section == "intake" and where[0] in ("closes_when", "rounds")
        about_answers = (section, where[:2]) in of_sheets or (section.startswith("forms/") and where[0] == "opens")
        known = of_marks if about_marks else _of_answers(words) if about_answers else words
        for fault in _strangers(source, section, where, Condition(written.written, known.orders).tree, known):
            strange = True
            yield fault
        if not about_marks and Condition(written.written, known.orders).is_dead(known.domains):
            yield source.fault(section, where, "This can never be true, so the rule is dead: correct or remove it.")
    if not strange:
        yield from _in_the_way(source, words)
        yield from _kinds_without_a_desk(source, words)


def _of_answers(words: Vocabulary) -> Vocabulary:
    """What may be asked where a form opens a case: of an answer sheet its figures and items as well."""
    counts = ("qualified", "dissatisfied", "unanswered")
    item = Vocabulary(frozenset(OF_AN_ITEM), {"counts": counts, "said_serious": (True, False)}, {}, frozenset(), {})
    numbers = frozenset({"total", "percent", "dissatisfied", "unanswered"})
    facts = words.facts | numbers | item.facts | {"survey", "survey_desk"}
    lists = {**words.lists, "items": item}
    domains = {**words.domains, **item.domains}
    return Vocabulary(facts, domains, words.orders, words.numbers | numbers, lists, words.personal)


def marks_of(source: Source) -> Iterator[str]:
    """The marks that somebody sets: duties, answers of customers, and the waiving of a callback."""
    for duty in source.part("dispatch", Dispatch).duties.values():
        yield from duty.marks
    callback = source.part("callback", Callback)
    if callback.loop is not None:
        yield from callback.loop.marks.values()
    if callback.exemptions:
        yield "waived"


def _strangers(source: Source, section: str, where: Where, node: Node, words: Vocabulary) -> Iterator[Fault]:
    match node:
        case Not(part=part):
            yield from _strangers(source, section, where, part, words)
        case All(parts=parts) | Any_(parts=parts):
            for part in parts:
                yield from _strangers(source, section, where, part, words)
        case Test(fact=fact, name="known") if fact in words.personal:
            pass
        case Test(fact=fact) if fact not in words.facts:
            known = nearest(fact, sorted(words.facts))
            yield source.fault(section, (*where, fact), f"Nobody tells the fact {fact!r}: {known}")
        case Test(fact=fact, name="is" | "in", value=value) if fact in words.domains:
            for one in value if isinstance(value, tuple) else (value,):
                if one not in words.domains[fact]:
                    known = nearest(str(one), map(str, words.domains[fact]))
                    yield source.fault(section, (*where, fact), f"{fact} is never {one!r}: {known}")
        case Test(fact=fact, name=name, value=value) if fact in words.domains and name != "known":
            sentence = f"{fact} has no order, so {name} says nothing about it: write {{in: [...]}} or make it ordered."
            yield source.fault(section, (*where, fact), sentence)
        case Test(fact=fact, name=name, value=value) if fact in words.numbers and name != "known":
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, bool) or not isinstance(one, int | float):
                    sentence = f"{fact} is a number, and {one!r} is none: write it without quotes and without a unit."
                    yield source.fault(section, (*where, fact), sentence)
        case Quantified(of=of) if of not in words.lists:
            known = nearest(of, sorted(words.lists))
            yield source.fault(section, where, f"There is no list {of!r}: {known}")
        case Quantified(of=of, part=part) if (members := words.lists[of]) is not None:
            yield from _strangers(source, section, (*where, of), part, members)
        case Quantified():
            pass


def _in_the_way(source: Source, words: Vocabulary) -> Iterator[Fault]:
    dispatch, callback = source.part("dispatch", Dispatch), source.part("callback", Callback)
    duties = [(name, duty, _ready(duty.when, words)) for name, duty in dispatch.duties.items() if not duty.of]
    for i, (name, duty, when) in enumerate(duties):
        for other_name, other, other_when in duties[:i]:
            alike = (duty.kind, duty.form) == (other.kind, other.form)
            alike = alike and not duty.when_necessary and not other.when_necessary
            linked = name in other.after or other_name in duty.after
            if alike and not linked and overlap(when, other_when, words.domains):
                yield source.fault(
                    "dispatch",
                    ("duties", name, "when"),
                    f"A case may get the duty {name} and also {other_name}, both of the kind {duty.kind} on one form: "
                    "let their conditions exclude each other, or put one after the other.",
                )
    of_cases = {name: one for name, one in callback.coverage.items() if one.of == "cases"}
    for verifies in (False, True):
        coverage = {name: one for name, one in of_cases.items() if (one.starts == "assessed") is verifies}
        yield from _shadowed(source, "callback", ("coverage",), coverage, words)
    for limit_name, limit in dispatch.limits.items():
        cases = {str(i): one for i, one in enumerate(limit.by_case)}
        yield from _shadowed(source, "dispatch", ("limits", limit_name, "by_case"), cases, words)


def _shadowed(
    source: Source, section: str, where: Where, table: Mapping[str, Any], words: Vocabulary
) -> Iterator[Fault]:
    earlier: list[Condition] = []
    for name, entry in table.items():
        when = _ready(entry.when, words)
        if earlier and covers(earlier, when, words.domains):
            step: str | int = int(name) if name.isdigit() else name
            sentence = "What stands above already takes every such case, so this is dead: move it up or remove it."
            yield source.fault(section, (*where, step), sentence)
        earlier.append(when)


def _kinds_without_a_desk(source: Source, words: Vocabulary) -> Iterator[Fault]:
    dispatch, intake = source.part("dispatch", Dispatch), source.part("intake", Intake)
    of_cases = [duty for duty in dispatch.duties.values() if not duty.of]
    duties = [_ready(duty.when, words) for duty in of_cases if not duty.when_necessary]
    asked = source.part("callback", Callback).coverage.values()
    duties += [_ready(coverage.when, words) for coverage in asked if coverage.starts == "assessed"]
    for name, kind in intake.kinds.items():
        given = Condition({"kind": {"is": name}, "basic_kind": {"is": str(kind.basic)}, "round": {"is": 1}})
        if covers(duties, given, words.domains) is False:
            yield source.fault(
                "intake", ("kinds", name), f"Some {name} reaches no desk: give every such case a duty in dispatch.yaml."
            )


def _ready(written: Written | None, words: Vocabulary) -> Condition:
    return Condition(written.written if written is not None else None, words.orders)


def _conditions_in(part: Any, where: Where) -> Iterator[tuple[Where, Written]]:
    if isinstance(part, Written):
        yield where, part
    elif isinstance(part, Part):
        for name, one in type(part).model_fields.items():
            if name in part.model_fields_set:
                yield from _conditions_in(getattr(part, name), (*where, one.alias or name))
    elif isinstance(part, Mapping):
        for name, below in part.items():
            yield from _conditions_in(below, (*where, str(name)))
    elif isinstance(part, tuple):
        for i, below in enumerate(part):
            yield from _conditions_in(below, (*where, i))
