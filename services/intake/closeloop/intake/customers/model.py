"""Customers on the lists of a procedure, how they are known again, and what each case wrote into their profile."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import datetime
from hashlib import sha256
from typing import Any

from closeloop.chassis.i18n import _
from closeloop.chassis.packs import Pack
from closeloop.chassis.rows import keeps
from closeloop.chassis.work import Refused
from closeloop.contracts.procedure.customers import Customers

PROFILE = "customer"
"""What the occasions of a case hang on that end when its profile holds everything."""
NOTHING: tuple[Any, ...] = (None, "", [], {})


@keeps(
    "customers",
    key="key",
    under="customer:",
    indexes=[("procedure", "list_name", "name"), ("phone",), ("merged_into",)],
)
class Customer:
    """Somebody on a list of a procedure; what people wrote about them stands here, what cases say in their entries."""

    id: str
    key: str
    procedure: str
    procedure_version: str
    list_name: str
    since: datetime
    name: str = ""
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    profile: dict[str, Any] = field(default_factory=dict)
    written_at: datetime | None = None
    written_by: str | None = None
    struck_off_at: datetime | None = None
    struck_off_for: str | None = None
    merged_into: str | None = None
    """The customer who they are as well, with whom they are shown."""

    def must_be_on_the_list(self) -> None:
        """Nobody writes about somebody who was taken off."""
        if self.struck_off_at is not None:
            raise Refused(_("{name} was taken off the list.", name=self.name or self.phone or self.id))


@keeps("acquaintances", key="known", under="known:")
class Acquaintance:
    """One way in which a customer is known again; telephone number, address and name only as a hash."""

    known: str
    customer_id: str


@keeps("profile_entries", key="key", under="profile:", indexes=[("customer_id", "begun_at")])
class ProfileEntry:
    """What one case has to say in the profile of its customer."""

    id: str
    key: str
    case_id: str
    customer_id: str
    procedure: str
    procedure_version: str
    list_name: str
    begun_at: datetime
    taken: dict[str, Any] = field(default_factory=dict)
    """Where it comes from, as the pack names it, to what it says."""

    def take(self, sources: Iterable[str], said: Mapping[str, Any]) -> None:
        """What is known now of what the profile asks for; what is known no more stays as it was."""
        fresh = {name: said[name] for name in sources if said.get(name) not in NOTHING}
        self.taken = {**self.taken, **fresh}


def key_of(customer: str) -> str:
    """The key of a customer."""
    return f"customer:{customer}"


def profile_of(case: str) -> str:
    """The key of what a case says in a profile: whoever changes the case need not read it."""
    return f"profile:{case}"


def known_as(procedure: str, in_list: str, said: Customers, who: Mapping[str, str | None]) -> tuple[str, ...]:
    """The keys by which somebody is known on a list, the one that counts first."""
    values = ((how, _plain(who.get(how) or "")) for how in said.known_by)
    return tuple(f"known:{_hashed(procedure, in_list, how, value)}" for how, value in values if value)


def filled(said: Customers, pack: Pack, written: Mapping[str, Any], entries: Iterable[ProfileEntry]) -> dict[str, Any]:
    """The fields of a profile: what the cases say, the latest word counts, and over it what people wrote."""
    fields: dict[str, Any] = {}
    for entry in entries:
        for name, source in said.takes.items():
            if isinstance(source, str):
                if source in entry.taken:
                    fields[name] = in_words(entry.taken[source])
            elif row := {c: in_words(entry.taken[one]) for c, one in source.items() if one in entry.taken}:
                fields.setdefault(name, []).append(row)
    form = pack.forms[said.profile]
    return {name: value for name, value in {**fields, **written}.items() if name in form.fields}


def in_words(value: Any) -> Any:
    """What stands in a field of a profile; the rows of a form become one text."""
    if not isinstance(value, list):
        return value
    lines = [", ".join(map(_said, row.values())) if isinstance(row, Mapping) else _said(row) for row in value]
    return "\n".join(lines)


def _said(value: Any) -> str:
    return {True: "✓", False: "–"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def facts_of(customer: Customer, pack: Pack) -> dict[str, Any]:
    """What stands in a profile that tells nothing about a person."""
    said = pack.intake.said.customers.get(customer.list_name)
    fields = pack.forms[said.profile].fields if said else {}
    return {name: value for name, value in customer.profile.items() if name in fields and not fields[name].personal}


def _plain(value: str) -> str:
    """The same name however it is written: full width, capitals, blanks."""
    return " ".join(unicodedata.normalize("NFKC", value).casefold().split())


def _hashed(*parts: str) -> str:
    return sha256("\n".join(parts).encode()).hexdigest()
