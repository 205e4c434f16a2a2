"""The mapping: which column is what, which row becomes which kind of case, and who of the staff looks when."""

from __future__ import annotations

from collections.abc import Mapping as Rows
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.people import Organisation
from closeloop.suite.replay.refusing import CannotReplay

Share = Annotated[float, Field(ge=0, le=1)]
Hour = Annotated[int, Field(ge=0, le=23)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Part):
    """Which column holds what."""

    number: str
    received_at: str
    content: str
    fields: dict[str, str] = {}
    """Field of the register to column."""


class Places(_Part):
    """Where a case belongs."""

    column: str
    names: dict[str, str] = Field(min_length=1)
    """What the column says to the place of the organisation."""
    otherwise_in: tuple[str, ...] = ()
    """Columns in whose text a name is looked for where the column is empty."""
    otherwise: str

    def of(self, row: Rows[str, str]) -> str:
        """The place of a row."""
        if place := self.names.get(row[self.column]):
            return place
        text = " ".join(row[column] for column in self.otherwise_in)
        found = [(text.index(name), -len(name), place) for name, place in self.names.items() if name in text]
        return min(found)[2] if found else self.otherwise


class Rule(_Part):
    """Which rows are of a kind."""

    when: dict[str, tuple[str, ...]] = {}
    words: tuple[str, ...] = ()
    kind: str
    facets: dict[str, str] = {}

    def fits(self, row: Rows[str, str], content: str) -> bool:
        """Whether every column holds one of the values, and the content one of the words."""
        return all(row[column] in values for column, values in self.when.items()) and (
            not self.words or any(word in content for word in self.words)
        )


class Truth(_Part):
    """A yes-or-no field of the register that the file does not have."""

    words: tuple[str, ...] = ()
    otherwise: Share = 0
    kinds: tuple[str, ...] = ()
    when_channel: tuple[str, ...] = ()


class Shares(_Part):
    """A facet that the file does not have: its values by their shares."""

    kinds: tuple[str, ...]
    values: dict[str, float] = Field(min_length=1)


class ReplyLetters(_Part):
    """Which callbacks are left out because only a letter was wanted."""

    channel: str
    field: str
    exemption: str
    granted_by: str


class Hours(_Part):
    """When somebody in a role looks at their desk."""

    hours: tuple[Hour, ...] = Field(min_length=1)
    days: Literal["all", "working"] = "working"


class Mapping(_Part):
    """How a file of cases is replayed."""

    organisation: str
    columns: Columns
    places: Places
    rules: tuple[Rule, ...] = Field(min_length=1)
    truths: dict[str, Truth] = {}
    facets: dict[str, Shares] = {}
    channels: dict[str, float] = Field(min_length=1)
    staff: dict[str, Hours] = Field(min_length=1)
    """Role to hours."""
    reply_letters: ReplyLetters | None = None
    same_problem: tuple[str, ...] = ()
    """Coverages whose customers are answered together where they said the very same."""
    reception: str
    """Role that takes cases down."""
    callers: str
    """Role that calls customers back."""
    trades: dict[str, tuple[str, ...]] = {}
    """Trade to the logins of those who know it."""

    def rule_for(self, row: Rows[str, str]) -> Rule:
        """The first rule that fits; the last one fits every row."""
        content = row[self.columns.content]
        return next((rule for rule in self.rules if rule.fits(row, content)), self.rules[-1])

    def columns_named(self) -> set[str]:
        """Every column that this mapping speaks of."""
        said, places = self.columns, self.places
        named = {said.number, said.received_at, said.content, *said.fields.values()}
        named |= {places.column, *places.otherwise_in}
        return named.union(*(rule.when for rule in self.rules))


def read_mapping(file: Path) -> Mapping:
    """The mapping of a file; what is wrong with it is one sentence."""
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8"))
        return Mapping.model_validate(said)
    except (OSError, UnicodeDecodeError) as wrong:
        reason = getattr(wrong, "strerror", None) or "not UTF-8"
        raise CannotReplay(_("The mapping {file} cannot be read: {reason}.", file=str(file), reason=reason)) from None
    except yaml.YAMLError as wrong:
        line = getattr(getattr(wrong, "problem_mark", None), "line", 0) + 1
        raise CannotReplay(
            _("The mapping {file} is not valid YAML (line {line}).", file=str(file), line=line)
        ) from None
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "-"
        said = first["msg"]
        raise CannotReplay(
            _("The mapping {file} does not fit at {where}: {said}.", file=str(file), where=where, said=said)
        ) from None


def check(mapping: Mapping, file: Path, pack: Pack, organisation: Organisation) -> None:
    """Whether everything that the mapping names is there: in the procedure and in the organisation."""
    intake = pack.intake
    facets = {rule.name: rule.entry.values for rule in intake.facets}
    fields = {name for register in intake.registers.values() for name in register.fields}
    places = {place.id for place in organisation.places}
    roles = {*pack.head.roles}
    named = [
        *((rule.kind, set(intake.kinds)) for rule in mapping.rules),
        *((facet, set(facets)) for rule in mapping.rules for facet in rule.facets),
        *(
            (value, set(facets[facet]))
            for rule in mapping.rules
            for facet, value in rule.facets.items()
            if facet in facets
        ),
        *((name, fields) for name in (*mapping.columns.fields, *mapping.truths)),
        *((name, set(intake.channels)) for name in mapping.channels),
        *((place, places) for place in (*mapping.places.names.values(), mapping.places.otherwise)),
        *((name, set(pack.callback.said.coverage)) for name in mapping.same_problem),
        *((role, roles) for role in (*mapping.staff, mapping.reception, mapping.callers)),
    ]
    if letters := mapping.reply_letters:
        named += [
            (letters.channel, set(intake.channels)),
            (letters.field, fields),
            (letters.exemption, set(pack.callback.said.exemptions)),
            (letters.granted_by, roles),
        ]
    for name, known in named:
        if name not in known:
            raise CannotReplay(
                _(
                    "The mapping {file} names {name}, which is not there. Known are: {known}.",
                    file=str(file),
                    name=name,
                    known=", ".join(sorted(known)),
                )
            )
