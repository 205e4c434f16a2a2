"""What came of it: the figures of a period and the clause matrix, as stats shows them."""

from __future__ import annotations

from typing import Any

from closeloop.chassis.serving import terminal_language
from closeloop.suite.replay.site import Site

ENDS = ("kept", "breached", "prevented", "waived", "shown", "not_applicable", "open")
SHORT = {"not_applicable": "n/a"}


async def figures_of(site: Site, reader: str, procedure: str, period: str) -> dict[str, Any]:
    """Indicators and clauses of a period."""
    asked = {"procedure": procedure, "period": period}
    return {
        "indicators": await site.get(reader, "/api/stats/indicators", **asked),
        "clauses": await site.get(reader, "/api/stats/clauses", **asked),
    }


def lines_of(found: dict[str, Any]) -> list[str]:
    """The figures as lines for a terminal."""
    spoken = terminal_language()
    lines = []
    for one in found["indicators"]:
        parts = f"{one['numerator']}" + ("" if one["denominator"] is None else f" / {one['denominator']}")
        value = "-" if one["value"] is None else f"{one['value']:g} {'%' if one['unit'] == 'percent' else ''}"
        target = f"   target {one['target']}" if one["target"] else ""
        lines.append(f"  {value:>10}  {one['title'][spoken]} ({parts}){target}")
    head = "".join(f"{SHORT.get(end, end):>10}" for end in ENDS)
    lines += ["", f"  {'':<14}{head}"]
    for row in found["clauses"]:
        counts = "".join(f"{row[end] or '.':>10}" for end in ENDS)
        lines.append(f"  {row['clause']:<14}{counts}")
    return lines
