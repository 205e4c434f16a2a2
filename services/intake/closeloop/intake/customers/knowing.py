"""Whoever brings a case is found on the list of their kind, or put on it; the case writes into their profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.occasions import Judgement, kept, not_applicable, opened
from closeloop.chassis.packs import Pack
from closeloop.chassis.store.tables import Occasion
from closeloop.chassis.work import Work
from closeloop.contracts.procedure.customers import Customers
from closeloop.intake.customers.model import (
    PROFILE,
    Acquaintance,
    Customer,
    ProfileEntry,
    key_of,
    known_as,
    profile_of,
)
from closeloop.intake.forms import CustomerForm, Registration
from closeloop.intake.model import Case

MET = "customer_met"
"""What is told of a customer who was not known before."""


def list_of(pack: Pack, kind: str) -> tuple[str, Customers] | None:
    """The list on which the customers of a kind of case are kept; none if on none."""
    name = pack.intake.kinds[kind].customers
    return (name, pack.intake.said.customers[name]) if name else None


def keys_of(pack: Pack, kind: str, who: CustomerForm) -> tuple[str, ...]:
    """The keys by which whoever brings such a case may be known already."""
    found = list_of(pack, kind)
    return known_as(pack.id, *found, who.model_dump()) if found and not who.anonymous else ()


def known_by(brought: Registration) -> tuple[str, ...]:
    """The keys that registering needs besides the case, so that nobody is put on the list twice."""
    return brought.known_as


def meet(work: Work, case: Case, brought: Registration) -> list[Judgement]:
    """The customer is known from an earlier case, or from now on."""
    found = list_of(brought.pack, case.kind)
    if found is None:
        return []
    name, said = found
    if case.anonymous:
        return not_applicable(said.clauses, of=PROFILE)
    case.customer_id = _whose(work, brought, name)
    entry = ProfileEntry(
        id=profile_of(case.id),
        key=profile_of(case.id),
        case_id=case.id,
        customer_id=case.customer_id,
        procedure=case.procedure,
        procedure_version=case.procedure_version,
        list_name=name,
        begun_at=work.now,
    )
    entry.take(said.sources, of_case(case))
    work.add(entry)
    return opened(said.clauses, of=PROFILE)


def of_case(case: Case) -> dict[str, Any]:
    """What a case says of itself, by the names that a pack uses for it."""
    return {
        **case.facts,
        **case.told,
        "number": case.number,
        "received_at": case.received_at.isoformat(),
        "kind": case.kind,
        "place": case.place,
        "channel": case.channel,
        "content": case.content,
        "remedy_sought": case.remedy_sought,
        "customer.name": case.name,
        "customer.phone": case.phone,
        "customer.email": case.email,
        "customer.address": case.address,
    }


def write_into_the_profile(work: Work, case: str, said: Mapping[str, Any]) -> None:
    """More is known of a case: its row in the profile says it too."""
    entry = work.maybe(ProfileEntry, key=profile_of(case))
    if entry is not None:
        pack = work.pack(entry.procedure, entry.procedure_version)
        entry.take(pack.intake.said.customers[entry.list_name].sources, said)


def profile_is_complete(work: Work, case: Case) -> list[Judgement]:
    """The case is over: what its handling and the callback told stands in the profile."""
    if case.customer_id is None:
        return []
    waiting = [one.clause for one in work.all(Occasion, of=PROFILE) if one.ended_at is None]
    return kept(waiting, of=PROFILE)


def profile_goes_on(work: Work, case: Case, pack: Pack) -> list[Judgement]:
    """The case is open again, so its profile is not complete."""
    found = list_of(pack, case.kind) if case.customer_id else None
    return opened(found[1].clauses, of=PROFILE) if found else []


def _whose(work: Work, brought: Registration, in_list: str) -> str:
    """The id of whoever is known by one of these ways; all of them lead to the same customer from now on."""
    acquainted = [work.maybe(Acquaintance, key=key) for key in brought.known_as]
    found = next((one.customer_id for one in acquainted if one is not None), None)
    customer = found or work.new_id()
    for key, one in zip(brought.known_as, acquainted, strict=True):
        if one is None:
            work.add(Acquaintance(key, customer))
    if found is None:
        who = brought.customer
        fresh = Customer(customer, key_of(customer), brought.pack.id, brought.pack.version, in_list, work.now)
        fresh.name, fresh.phone = who.name, who.phone or None
        fresh.email, fresh.address = who.email or None, who.address or None
        work.add(fresh)
        work.tell(key_of(customer), MET)
    return customer
