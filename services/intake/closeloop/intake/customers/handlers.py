"""What intake hears of its customers: somebody new is told to the others; what was done for them is noted."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.store.tables import Timer
from closeloop.chassis.work import Work
from closeloop.contracts.callback import CallbackAttempted
from closeloop.contracts.dispatch import CustomerServed
from closeloop.contracts.event import Event
from closeloop.contracts.intake import CustomerKept
from closeloop.intake.customers.knowing import MET, write_into_the_profile
from closeloop.intake.customers.model import Customer, facts_of, profile_of

hears = Hears()


def the_profile(told: Event) -> tuple[str, ...]:
    """The key of what the case says in a profile; no case is read for it."""
    return (profile_of(told.key),)


@hears.told(MET)
def tell_of_a_new_customer(timer: Timer, work: Work) -> None:
    """Somebody came who was not known before."""
    tell(work, work.one(Customer))


@hears(keys=the_profile)
def note_what_was_done(told: CustomerServed, work: Work) -> None:
    """The completed form goes into the profile, as far as the procedure asks for it."""
    write_into_the_profile(work, told.key, told.record.fields)


def note_what_was_said(told: CallbackAttempted, work: Work) -> None:
    """What the customer said afterwards goes into the profile."""
    said = {"callback.outcome": str(told.outcome), "callback.note": told.note, **told.facts}
    write_into_the_profile(work, told.key, said)


def tell(work: Work, customer: Customer) -> CustomerKept:
    """The others hear who is on the list, and what of them may be asked by conditions."""
    pack = work.pack(customer.procedure, customer.procedure_version)
    return work.publish(
        CustomerKept(
            customer_id=customer.id,
            in_list=customer.list_name,
            since=customer.since,
            name=customer.name or None,
            facts=facts_of(customer, pack),
            struck_off_at=customer.struck_off_at or (work.now if customer.merged_into else None),
            merged_into=customer.merged_into,
            procedure=customer.procedure,
            procedure_version=customer.procedure_version,
        )
    )
