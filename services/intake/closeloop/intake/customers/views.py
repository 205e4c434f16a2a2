"""What customers look like on the wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from closeloop.intake.customers.merging import Merge
from closeloop.intake.customers.model import Customer
from closeloop.intake.model import Case


def in_a_list(customer: Customer, cases: Mapping[str, int]) -> dict[str, Any]:
    """A customer as a row of a list."""
    return {
        "id": customer.id,
        "procedure": customer.procedure,
        "in_list": customer.list_name,
        "name": customer.name,
        "phone": customer.phone,
        "email": customer.email,
        "address": customer.address,
        "since": customer.since,
        "struck_off_at": customer.struck_off_at,
        "merged_into": customer.merged_into,
        "cases": cases.get(customer.id, 0),
    }


def kept(customer: Customer) -> dict[str, Any]:
    """What whoever writes about a customer is told."""
    return {"id": customer.id, "name": customer.name, "struck_off_at": customer.struck_off_at}


def merge(one: Merge) -> dict[str, Any]:
    """Two customers that are to be one, are one, or were taken apart."""
    return {
        "number": one.number,
        "customer": one.customer_id,
        "into": one.same_as,
        "asked_by": one.asked_by,
        "asked_at": one.asked_at,
        "merged_at": one.merged_at,
        "ended_at": one.ended_at,
        "ended_for": one.ended_for,
    }


def with_cases(
    customer: Customer, cases: Sequence[Case], may_open: bool, merged: Sequence[Customer], alike: Sequence[Customer]
) -> dict[str, Any]:
    """A customer with the cases that they brought; the profile is asked for by itself."""
    same = {"merged": [one.id for one in merged], "alike": [one.id for one in alike]}
    brought = [{"id": case.id, "number": case.number, "kind": case.kind, "status": case.status.value} for case in cases]
    return {**in_a_list(customer, {customer.id: len(cases)}), "brought": brought, "may_open_profile": may_open, **same}


def profile(customer: Customer, form: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A profile, field by field."""
    return {
        "customer": customer.id,
        "form": form,
        "fields": fields,
        "written_at": customer.written_at,
        "written_by": customer.written_by,
    }
