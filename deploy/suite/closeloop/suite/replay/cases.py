"""The rows of the file, and the case that the desk makes of each."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.suite.replay import manners
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.customers import customer_of
from closeloop.suite.replay.mapping import Mapping, Rule, Truth
from closeloop.suite.replay.refusing import CannotReplay


@dataclass(frozen=True)
class Row:
    """One case of the file."""

    number: str
    at: datetime
    columns: dict[str, str]
    mapping: Mapping
    entered_at: datetime
    """When the desk takes it down: at once, as a rule."""

    @cached_property
    def content(self) -> str:
        """What the customer said."""
        return self.columns[self.mapping.columns.content].strip() or "-"

    @cached_property
    def rule(self) -> Rule:
        """What kind of case it is, and who is responsible."""
        return self.mapping.rule_for(self.columns)

    def channel(self, chance: Chance) -> str:
        """By which way it comes."""
        return chance.one_of(self.mapping.channels, self.number, "channel")

    def brought(self, chance: Chance, procedure: str) -> dict[str, Any]:
        """The case as it is taken down."""
        said, number, content, channel = self.mapping.columns, self.number, self.content, self.channel(chance)
        fields: dict[str, Any] = {name: self.columns[column][:200] for name, column in said.fields.items()}
        for name, truth in self.mapping.truths.items():
            if self._asks(truth, channel):
                told = any(word in content for word in truth.words)
                fields[name] = told or chance.happens(truth.otherwise, number, name)
        return {
            "procedure": procedure,
            "kind": self.rule.kind,
            "channel": channel,
            "content": content,
            "place": self.mapping.places.of(self.columns),
            "received_at": self.at.isoformat(),
            "fields": fields,
            **customer_of(chance, number, next(iter(fields.values()), "") if said.fields else ""),
        }

    def _asks(self, truth: Truth, channel: str) -> bool:
        if truth.when_channel and channel not in truth.when_channel:
            return False
        return not truth.kinds or self.rule.kind in truth.kinds


def read_cases(file: Path, mapping: Mapping, chance: Chance, first: int | None = None) -> list[Row]:
    """The rows in the order in which they are taken down; what is wrong with the file is one sentence."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            table = csv.DictReader(lines, strict=True)
            columns = table.fieldnames or ()
            if missing := sorted(mapping.columns_named() - set(columns)):
                raise CannotReplay(
                    _(
                        "{file} has no column {column}, which the mapping names. Its columns are: {known}.",
                        file=str(file),
                        column=missing[0],
                        known=", ".join(columns) or "-",
                    )
                )
            rows = [_row(file, table.line_num, columns, mapping, chance) for columns in table]
    except OSError as wrong:
        raise CannotReplay(
            _("{file} cannot be read: {reason}.", file=str(file), reason=wrong.strerror or str(wrong))
        ) from None
    except (UnicodeDecodeError, csv.Error) as wrong:
        raise CannotReplay(_("{file} is no CSV in UTF-8: {reason}.", file=str(file), reason=str(wrong))) from None
    if not rows:
        raise CannotReplay(_("{file} holds no case.", file=str(file)))
    if len({row.number for row in rows}) != len(rows):
        raise CannotReplay(_("{file} holds a number twice; a number says which case it is.", file=str(file)))
    rows = sorted(rows, key=lambda row: row.at)[:first]
    return sorted(rows, key=lambda row: row.entered_at)


def _row(file: Path, line: int, columns: dict[str, str], mapping: Mapping, chance: Chance) -> Row:
    written = columns[mapping.columns.received_at] or ""
    try:
        at = datetime.fromisoformat(written)
        if at.tzinfo is None or None in columns or None in columns.values():
            raise ValueError(written)
    except ValueError:
        raise CannotReplay(
            _(
                "{file}, line {line}: {written} is no moment with its zone, like 2019-01-01T08:30:00+08:00.",
                file=str(file),
                line=line,
                written=repr(written),
            )
        ) from None
    number = columns[mapping.columns.number]
    return Row(number, at, columns, mapping, at + manners.taken_down_after(chance, number))
