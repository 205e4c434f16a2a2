"""Customers who get a questionnaire by the calendar: survey knows who is on their list."""

from __future__ import annotations

from closeloop.chassis.hearing import Hears
from closeloop.chassis.schedules.customers import keep_customer
from closeloop.chassis.work import Work
from closeloop.contracts.intake import CustomerKept

hears = Hears()


@hears
def keep_a_customer(told: CustomerKept, work: Work) -> None:
    """Somebody is on a list, or off it: what is sent to each of them by the calendar follows."""
    keep_customer(told, work)
