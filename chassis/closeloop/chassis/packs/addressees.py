"""Whom something goes to: the desks that an entry of the pack means for one case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.contracts.procedure.entry import To
from closeloop.contracts.procedure.head import Head


def desks_meant(to: To, named: Mapping[str, Any], head: Head) -> tuple[str, ...] | None:
    """The desks in their order, each once; none while the fact that names them is not known.

    `named` holds the facts of the case, with the desks that rated facets name. Of `among` somebody picks, so nobody
    is meant until then.
    """
    if to.each == "department":
        found: Any = [department for department in head.departments if department not in to.but]
    elif to.among:
        found = []
    else:
        found = to.desk or named.get(to.fact or "")
    if found is None:
        return None
    desks = [found] if isinstance(found, str) else list(found)
    return tuple(dict.fromkeys(_head_of(desk, head) if to.head else desk for desk in desks))


def _head_of(desk: str, head: Head) -> str:
    department = head.departments.get(desk)
    return department.head if department is not None and department.head is not None else desk
