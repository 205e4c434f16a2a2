"""What was measured, against what it has to be."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
SECTIONS = {False: "## make bench", True: "## make bench-long"}
FILES = {False: "results.json", True: "results-long.json"}


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure's bound: at least (`>=`) or at most (`<`, `<=`, `==`) so much."""

    how: str
    bound: float

    def met(self, value: float) -> bool:
        """Whether the value keeps within the bound."""
        return {
            ">=": value >= self.bound,
            "<": value < self.bound,
            "<=": value <= self.bound,
            "==": value == self.bound,
        }[self.how]

    def __str__(self) -> str:
        return f"{self.how} {self.bound:g}"


@dataclass(frozen=True, slots=True)
class Result:
    """One figure: its value, the bare limit beside it, and what was wanted."""

    name: str
    value: float
    unit: str
    goal: Goal | None = None
    aim: float | None = None
    anchor: float | None = None
    ratio: float | None = None
    says: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None for figures that only accompany others."""
        if self.goal is None:
            return None
        return self.goal.met(self.value if self.ratio is None else self.ratio)

    def as_json(self) -> dict[str, Any]:
        """As it stands in results.json."""
        written = {name: _short(value) for name, value in asdict(self).items() if name not in ("says", "more")}
        return {**written, "goal": str(self.goal) if self.goal else None, "met": self.met, **self.more}


def compared(
    name: str,
    unit: str,
    product: list[float],
    anchor: list[float],
    goal: Goal | None,
    aim: float | None,
    says: str,
    **more: Any,
) -> Result:
    """Medians of interleaved rounds; the ratio is the median of each round's ratio."""
    ratio = median(mine / bare for mine, bare in zip(product, anchor, strict=True))
    return Result(name, median(product), unit, goal, aim, median(anchor), ratio, says, more)


def write(results: list[Result], about: str, *, long: bool = False) -> None:
    """The file of results, and their section of the README; the other section stays as it is."""
    (HERE / FILES[long]).write_text(
        json.dumps([result.as_json() for result in results], indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    page = HERE / "README.md"
    sections = {which: _section(page.read_text(encoding="utf-8"), head) for which, head in SECTIONS.items()}
    sections[long] = f"{SECTIONS[long]}\n\n{about}\n\n{table(results)}\n"
    head = (HERE / "about.md").read_text(encoding="utf-8")
    page.write_text("\n".join([head, *(said for said in sections.values() if said)]), encoding="utf-8")


def _section(page: str, head: str) -> str:
    """A section as it stands; nothing where it was never written."""
    _, found, after = page.partition(f"{head}\n")
    said, _, _ = after.partition("\n## ")
    return f"{head}\n{said.rstrip()}\n" if found else ""


def table(results: list[Result]) -> str:
    """The figures as a table."""
    lines = ["| what | value | bare limit | ratio | goal | aim | met |", "|---|---|---|---|---|---|---|"]
    for one in results:
        bare = f"{_said(one.anchor)} {one.unit}" if one.anchor is not None else ""
        ratio = f"{one.ratio:.2f}" if one.ratio is not None else ""
        met = {True: "yes", False: "**no**", None: ""}[one.met]
        aim = f"{one.aim:g}" if one.aim is not None else ""
        value = f"{_said(one.value)} {one.unit}"
        lines.append(f"| {one.says or one.name} | {value} | {bare} | {ratio} | {one.goal or ''} | {aim} | {met} |")
    return "\n".join(lines)


def _said(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _short(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value
