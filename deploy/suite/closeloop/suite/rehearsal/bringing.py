"""The cases that come in: out of a file, or made up from what the procedure knows of channels, kinds and columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from closeloop.chassis.calendar import WorkingCalendar
from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.suite.rehearsal.hand import Hand
from closeloop.suite.rehearsal.refusing import CannotRehearse
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.customers import customer_of

CONTENTS = ("楼道灯不亮", "服务态度不好", "费用有疑问", "设备有异响", "等候时间太长", "希望增加一项服务", "发票开错了")
ADDRESS = "一号"
TOLD = {"name": "陈女士", "phone": "13800000000", "address": ADDRESS, "email": "chen@example.org", "acting_for": "本人"}
NOT_REQUIRED = 0.5
RATED_AT_ONCE = 0.9
OUTSIDE = 0.05
"""How often a case is rated as one that is outside the procedure."""
OWN = ("kind", "channel", "content", "place", "received_at")
FIELD, FACET = "field.", "facet."


@dataclass(frozen=True, order=True)
class Brought:
    """A case, when it comes in, and what a file says of it."""

    at: datetime
    number: int
    said: dict[str, Any] = field(default_factory=dict, compare=False)


def made_up(chance: Chance, calendar: WorkingCalendar, since: datetime, until: datetime, many: int) -> list[Brought]:
    """So many cases, in the working hours of the time between."""
    working = calendar.working_between(since, until)
    share = (chance.of("case", number, "at").random() for number in range(1, many + 1))
    moments = sorted(
        calendar.add_working(since, timedelta(minutes=1 + int(working / timedelta(minutes=1) * one))) for one in share
    )
    return [Brought(at, number) for number, at in enumerate(moments, 1)]


def read_file(file: Path, since: datetime, until: datetime) -> list[Brought]:
    """The cases of a file that came in between, a row each; what is wrong with it is one sentence."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines, strict=True)
            _known(file, table.fieldnames or ())
            found = [(_moment(file, table.line_num, row["received_at"]), row) for row in table]
    except OSError as wrong:
        why = wrong.strerror or str(wrong)
        raise CannotRehearse(_("{file} cannot be read: {reason}.", file=str(file), reason=why)) from None
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise CannotRehearse(_("{file} is no CSV in UTF-8: {reason}.", file=str(file), reason=str(wrong))) from None
    here = sorted((at, number, row) for number, (at, row) in enumerate(found, 1) if since <= at < until)
    return [Brought(at, number, {name: value for name, value in row.items() if value}) for at, number, row in here]


def _known(file: Path, columns: Sequence[str]) -> None:
    strange = [name for name in columns if name not in OWN and not name.startswith((FIELD, FACET))]
    if "received_at" not in columns or strange:
        raise CannotRehearse(
            _(
                "{file} has the columns {columns}. A file of cases has received_at, and kind, channel, content, place, "
                "field.<name> or facet.<name> as far as they are known.",
                file=str(file),
                columns=", ".join(columns) or "-",
            )
        )


def _moment(file: Path, line: int, written: str) -> datetime:
    try:
        at = datetime.fromisoformat(written)
        if at.tzinfo is None:
            raise ValueError(written)
    except ValueError:
        raise CannotRehearse(
            _(
                "{file}, line {line}: {written} is no moment with its zone, like 2019-01-01T08:30:00+08:00.",
                file=str(file),
                line=line,
                written=repr(written),
            )
        ) from None
    return at.astimezone(UTC)


class Reception:
    """How cases are taken down: everything that the procedure wants to know is asked for."""

    def __init__(self, pack: Pack, hand: Hand, chance: Chance, places: list[str]) -> None:
        self.pack, self.hand, self.chance, self.places = pack, hand, chance, places
        self.channels = [name for name, said in pack.intake.channels.items() if not said.public] or list(
            pack.intake.channels
        )

    def desk_of(self, body: dict[str, Any]) -> str:
        """The desk or role whose people take it down."""
        rights = [name for name, role in self.pack.head.roles.items() if "register" in role.may]
        own = self.pack.intake.channels[body["channel"]].desk
        _name, register = self.pack.intake.register_of(body["kind"])
        for desk in (own, register.desk, self.pack.head.desk):
            if desk is None or (rights and own is None and not self._has(desk, rights)):
                continue
            return next((role for role in rights if self._of(role, desk)), desk)
        return rights[0] if rights else self.pack.head.desk

    def body_of(self, one: Brought, tries: int = 0) -> dict[str, Any]:
        """The case as the desk takes it down; tried again, other things are said."""
        what, pack, dice = ("case", one.number, tries), self.pack, self.chance.of("case", one.number, tries)
        kind = one.said.get("kind") or dice.choice(list(pack.intake.kinds))
        channel = one.said.get("channel") or dice.choice(self.channels)
        place = one.said.get("place") or dice.choice(self.places)
        _name, register = pack.intake.register_of(kind)
        fields = {
            name: self.hand.value(about, one.at, *what, name)
            for name, about in register.fields.items()
            if about.required or name in register.required or dice.random() > NOT_REQUIRED
        }
        told = {name.removeprefix(FIELD): value for name, value in one.said.items() if name.startswith(FIELD)}
        known = {"kind": kind, "channel": channel, "place": place, "round": 1}
        known["basic_kind"] = str(pack.intake.kinds[kind].basic)
        facets = {name.removeprefix(FACET): value for name, value in one.said.items() if name.startswith(FACET)}
        facets = {**self._rated({**known, **fields, **told}, what), **facets}
        needs = pack.intake.needs[pack.intake.kinds[kind].register_]
        held, necessary = self.hand.needed(needs, {**known, **fields, **facets}, register.fields, one.at, *what)
        fields = {name: value for name, value in {**fields, **held, **told}.items() if value is not None}
        return {
            "procedure": pack.id,
            "kind": kind,
            "channel": channel,
            "content": one.said.get("content") or dice.choice(CONTENTS),
            "place": place,
            "received_at": one.at.isoformat(),
            "remedy_sought": "尽快处理",
            "wants_callback": dice.random() > 0.05,
            "fields": fields,
            "facets": facets,
            "reason": "按所述情况",
            "necessary": necessary,
            "guidance": [rule.name for rule in pack.guidance.at("register", {**known, **fields, **facets})],
            **self._customer(one, register.required),
        }

    def _customer(self, one: Brought, required: tuple[str, ...]) -> dict[str, Any]:
        """Who brings it; what the register wants to know of them is told."""
        said = customer_of(self.chance, str(one.number), ADDRESS)
        if "customer" in said:
            wanted = {name.removeprefix("customer.") for name in required if name.startswith("customer.")}
            told = {name: value for name, value in TOLD.items() if name in wanted}
            said["customer"] = {**told, **said["customer"]}
        return {name: value for name, value in said.items() if name != "wants_callback"}

    def _rated(self, facts: dict[str, Any], what: tuple[object, ...]) -> dict[str, str]:
        """What the desk can rate at once; the facts decide first, and the rest is asked of whoever rates it."""
        intake, rated = self.pack.intake, dict[str, str]()
        for rule in intake.facets:
            if rule.entry.later or intake.rate(facts, rated).facets.get(rule.name) is not None:
                continue
            if rule.applies({**facts, **rated}) is not True or not self.chance.happens(RATED_AT_ONCE, *what, rule.name):
                continue
            if any(criterion.when is not None for _value, _name, criterion in rule.entry.reasons()):
                continue
            if self._has(rule.entry.rated_by, [self.desk_of(facts)]):
                rated[rule.name] = self.hand.chance.one_of(weights_of(self.pack, rule.name), *what, rule.name)
        return rated

    def _of(self, role: str, desk: str) -> bool:
        return role == desk or self.pack.head.roles[role].department == desk

    def _has(self, desk: str, roles: list[str]) -> bool:
        return any(role == desk or (role in self.pack.head.roles and self._of(role, desk)) for role in roles)


def weights_of(pack: Pack, facet: str) -> dict[str, float]:
    """How often a value is chosen: all alike, but those outside the procedure seldom."""
    values = next(rule.entry.values for rule in pack.intake.facets if rule.name == facet)
    inside = max(1, sum(not said.gate for said in values.values()))
    return {name: OUTSIDE if said.gate else 1 / inside for name, said in values.items()}
