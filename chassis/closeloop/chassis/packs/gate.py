"""The gate: a case that is outside the procedure gets what asks for that, and nothing else.

A value of a facet may shut a case out. Every rule that does not ask for that facet then has one condition more, so no
service needs to know of gates: neither duty, limit of a case, corrective action, payout, coverage nor figure applies
to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from closeloop.chassis.packs.rules import compiled
from closeloop.contracts.procedure import Condition, Intake, Part
from closeloop.contracts.procedure.corrective import CorrectiveAction
from closeloop.contracts.procedure.dispatch import Duty
from closeloop.contracts.procedure.limit import Limit

_BEHIND: Mapping[str, tuple[str, ...]] = {
    "dispatch": ("duties", "limits", "payouts", "corrective_actions"),
    "callback": ("coverage",),
    "stats": ("indicators",),
}
"""The tables of each file whose rules are about a whole case."""


def behind_the_gate(parts: Mapping[str, Part], intake: Intake) -> Mapping[str, Part]:
    """The parts as they hold for a case that may be outside; the same where no facet has a gate."""
    gates = {name: facet for name, facet in intake.facets.items() if facet.gates}
    if not gates:
        return parts
    within = {
        name: Condition.model_validate({name: {"in": [value for value in facet.values if value not in facet.gates]}})
        for name, facet in gates.items()
    }
    return {section: _guarded(part, _BEHIND.get(section, ()), within) for section, part in parts.items()}


def _guarded(part: Part, tables: tuple[str, ...], within: Mapping[str, Condition]) -> Part:
    changed: dict[str, Any] = {}
    for table in tables:
        entries = getattr(part, table, None)
        if entries:
            changed[table] = {name: _with(entry, within) for name, entry in entries.items()}
    return part.model_copy(update=changed) if changed else part


def _with(entry: Any, within: Mapping[str, Condition]) -> Any:
    if isinstance(entry, CorrectiveAction):
        return entry.model_copy(update={"opens": {name: _with(one, within) for name, one in entry.opens.items()}})
    if isinstance(entry, Duty) and entry.of:  # a corrective action stands behind no gate: what opened it did
        return entry
    written = getattr(entry, "when", None)
    if not isinstance(written, Condition) or (isinstance(entry, Limit) and getattr(entry, "of", "duty") != "case"):
        return entry
    asked = compiled(written, {}).facts_needed
    more = tuple(condition for name, condition in within.items() if name not in asked)
    if not more:
        return entry
    return entry.model_copy(update={"when": Condition.model_validate({"all": (written, *more)})})
