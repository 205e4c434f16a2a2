"""What people do with customers: put them on a list, write in their profile, take them off."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.acting import acts
from closeloop.chassis.i18n import _
from closeloop.chassis.occasions import kept
from closeloop.chassis.work import Refused, Work
from closeloop.intake.customers.forms import Kept, StrikingOffForm
from closeloop.intake.customers.handlers import tell
from closeloop.intake.customers.model import Acquaintance, Customer, key_of


def _ways(about: Kept) -> tuple[str, ...]:
    return about.known_as


@acts(besides=_ways)
def put_on_the_list(work: Work, about: Kept) -> Customer:
    """From now on the customer is known by name and number, and jobs and surveys for customers count them."""
    if any(work.maybe(Acquaintance, key=key) for key in about.known_as):
        sentence = _("{name} is on the list already: look them up by name or number.", name=about.form.name)
        raise Refused(sentence, clause=next(iter(about.said.clauses), None))
    identity = work.key.removeprefix(key_of(""))
    customer = Customer(identity, work.key, about.pack.id, about.pack.version, about.in_list, work.now)
    customer.name, customer.phone = about.form.name, about.form.phone or None
    customer.email, customer.address = about.form.email or None, about.form.address or None
    work.add(customer)
    for key in about.known_as:
        work.add(Acquaintance(key, identity))
    _write(work, customer, about.fields)
    work.judge(kept(about.said.clauses, of="list"))
    tell(work, customer)
    return customer


@acts
def write_in_the_profile(work: Work, fields: dict[str, Any]) -> Customer:
    """What people know of a customer stands in the profile, over what the cases said."""
    customer = work.one(Customer)
    customer.must_be_on_the_list()
    _write(work, customer, fields)
    tell(work, customer)
    return customer


@acts
def strike_off(work: Work, form: StrikingOffForm) -> Customer:
    """The customer is no customer any more: nothing is done for them by the calendar from now on."""
    customer = work.one(Customer)
    customer.must_be_on_the_list()
    customer.struck_off_at, customer.struck_off_for = work.now, form.reason
    tell(work, customer)
    return customer


def _write(work: Work, customer: Customer, fields: dict[str, Any]) -> None:
    written = {**customer.profile, **fields}
    customer.profile = {name: value for name, value in written.items() if value is not None}
    customer.written_at, customer.written_by = work.now, work.by.id if work.by else None
