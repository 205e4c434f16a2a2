"""What was done for a customer of whom a profile is kept goes to whoever keeps it."""

from __future__ import annotations

from closeloop.contracts.dispatch import CustomerServed
from closeloop.contracts.record import Record
from closeloop.dispatch.steps.handling import Handling


def tell_what_was_done(on: Handling, record: Record) -> None:
    """The completed form is told with the duty; where no profile is kept, nothing is."""
    if on.case.header.get("customer_id"):
        on.work.publish(CustomerServed(case=on.header, rule=on.duty.rule, record=record))
