"""What made-up people write: something that fits each field, and that holds where the procedure asks for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from closeloop.chassis.packs import Pack
from closeloop.chassis.packs.need_rules import NeedRule
from closeloop.contracts.procedure import Condition
from closeloop.contracts.procedure.condition import Leaf
from closeloop.contracts.procedure.fact import FormField
from closeloop.suite.replay.chance import Chance

WORDS = ("已核实并处理", "已联系当事人", "按规定办理", "已更换", "已说明情况", "记录在案")
FULL_POINTS = 100
MOST_MONEY = 80
ANY = object()
"""A value that only has to be there."""
NOT_FILLED_IN = ("signature", "attachment")
NECESSARY = 0.6
Fields = Mapping[str, FormField]


class Hand:
    """Fills in forms; the same thing about the same case is always written alike."""

    def __init__(self, pack: Pack, chance: Chance) -> None:
        self.pack, self.chance = pack, chance
        self.desks = tuple(pack.head.departments) or tuple(pack.head.roles)

    def written(self, fields: Fields, names: Iterable[str], at: datetime, *what: object) -> dict[str, Any]:
        """Something for each of these fields; what is filled in by itself is left alone."""
        found = {name: self.value(fields[name], at, *what, name) for name in names if name in fields}
        return {name: value for name, value in found.items() if value is not None}

    def value(self, about: FormField, at: datetime, *what: object) -> Any:
        """A value that fits a field."""
        dice = self.chance.of(*what)
        match about.type:
            case "number" | "money":
                return dice.randint(1, MOST_MONEY)
            case "truth":
                return dice.random() < 0.5
            case "moment":
                return at.isoformat()
            case "day":
                return (at + timedelta(days=1)).date().isoformat()
            case "choice":
                return dice.choice(list(about.choices)) if about.choices else None
            case "choices":
                return [dice.choice(list(about.choices))] if about.choices else None
            case "scale":
                scale = self.pack.survey.said.scales.get(about.scale or "")
                return dice.choice(list(scale.answers)) if scale else None
            case "points":
                full = about.full_points or FULL_POINTS
                return round(full * dice.uniform(0.6, 1.0))
            case "desk":
                return dice.choice(self.desks)
            case "desks":
                return [dice.choice(self.desks)]
            case "rows":
                return [self.written(about.columns, about.columns, at, *what, "row")]
            case kind:
                return None if kind in NOT_FILLED_IN else dice.choice(WORDS)

    def needed(
        self, needs: Iterable[NeedRule], facts: Mapping[str, Any], fields: Fields, at: datetime, *what: object
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """What makes needs hold, and what is said of those that are there only when necessary."""
        held: dict[str, Any] = {}
        necessary: dict[str, Any] = {}
        for need in needs:
            applies = need.when.decide(facts)
            if need.entry.when_necessary:
                is_needed = self.chance.happens(NECESSARY, *what, need.name)
                necessary[need.name] = {"needed": True} if is_needed else {"needed": False, "reason": "无需"}
                applies = applies and is_needed
            if applies is not False:
                held |= self.to_hold(need.entry.that, fields, at, *what, need.name)
        return {name: value for name, value in held.items() if name in fields}, necessary

    def to_hold(self, condition: Condition, fields: Fields, at: datetime, *what: object) -> dict[str, Any]:
        """What has to be written so that a condition holds."""
        rows: dict[str, int] = {}
        found: dict[str, Any] = {}
        for name, leaf in condition.facts.items():
            about, value = fields.get(name), _value_of(leaf)
            if about is not None and about.type == "rows":
                rows[name] = value if isinstance(value, int) else 1
            elif about is not None and value is ANY:
                found[name] = self.value(about, at, *what, name)
            else:
                found[name] = value
        for below in (*condition.all_, *condition.any_[:1]):
            found |= self.to_hold(below, fields, at, *what)
        for over, every in ((condition.some, False), (condition.every, True)):
            if over is not None and over.of in fields:
                columns = fields[over.of].columns
                count = max(1, rows.pop(over.of, 1))
                blank = self.written(columns, columns, at, *what, over.of)
                right = {**blank, **self.to_hold(over.that, columns, at, *what, over.of)}
                found[over.of] = [right if every or number == 0 else blank for number in range(count)]
        for name, many in rows.items():
            columns = fields[name].columns
            found[name] = [self.written(columns, columns, at, *what, name, number) for number in range(max(1, many))]
        return found


def _value_of(leaf: Leaf) -> Any:
    """A value of which a test is true."""
    if leaf.is_ is not None:
        return leaf.is_
    if leaf.in_:
        return leaf.in_[0]
    for bound, beyond in ((leaf.at_least, 0), (leaf.above, 1), (leaf.at_most, 0), (leaf.below, -1)):
        if isinstance(bound, str):
            return bound
        if bound is not None:
            value = float(bound) + beyond
            return int(value) if value == int(value) else value
    return ANY
