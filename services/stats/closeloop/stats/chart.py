"""Plain bar charts: drawn by the server in percent and pixels, so that they fit a phone and need no script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

HEIGHT = 180
FOOT = 24
HEAD = 18
LABELS = 8
SCALE = 8  # percent of the width, left of the bars
STEPS = (1, 2, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: where it stands, how high it is, and what it opens."""

    n: int
    label: str
    title: dict[str, str]
    to: str
    left: float
    width: float
    middle: float
    top: float
    height: float
    is_labelled: bool
    fill: str = "jade"


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over a line at zero, with one rule at the top of the scale and one at its middle; perhaps a line above."""

    bars: tuple[Bar, ...]
    rules: tuple[tuple[float, str], ...]
    height: int = HEIGHT
    zero: int = HEIGHT - FOOT
    line: tuple[tuple[float, float], ...] = ()

    @property
    def strokes(self) -> list[tuple[tuple[float, float], tuple[float, float]]]:
        """The pieces of the line, from point to point."""
        return list(pairwise(self.line))


def chart(counts: Sequence[tuple[str, dict[str, str], str, int]]) -> Chart:
    """A chart of (label, title, address, number); few labels are drawn where there are many bars."""
    top = scale(max((n for _, _, _, n in counts), default=0))
    room = HEIGHT - FOOT - HEAD
    step = (100 - SCALE) / max(len(counts), 1)
    every = math.ceil(len(counts) / LABELS) or 1
    bars = []
    for i, (label, title, to, n) in enumerate(counts):
        high = n / top * room
        left, width = SCALE + i * step + step * 0.14, step * 0.72
        middle = round(left + width / 2, 3)
        drawn = (round(left, 3), round(width, 3), middle, round(HEIGHT - FOOT - high, 1), round(high, 1))
        bars.append(Bar(n, label, title, to, *drawn, is_labelled=i % every == 0))
    return Chart(tuple(bars), _rules(top, room))


def grouped(groups: Sequence[tuple[str, dict[str, str], Sequence[tuple[int, str, str]]]]) -> Chart:
    """Several bars beside each other for each of (label, title, [(number, address, colour)])."""
    top = scale(max((n for _, _, members in groups for n, _, _ in members), default=0))
    room = HEIGHT - FOOT - HEAD
    step = (100 - SCALE) / max(len(groups), 1)
    every = math.ceil(len(groups) / LABELS) or 1
    bars = []
    for i, (label, title, members) in enumerate(groups):
        wide = step * 0.8 / max(len(members), 1)
        middle = round(SCALE + i * step + step / 2, 3)
        for j, (n, to, fill) in enumerate(members):
            high = round(n / top * room, 1)
            left = round(SCALE + i * step + step * 0.1 + j * wide, 3)
            drawn = (left, round(wide * 0.9, 3), middle, round(HEIGHT - FOOT - high, 1), high)
            bars.append(Bar(n, label, title, to, *drawn, is_labelled=j == 0 and i % every == 0, fill=fill))
    return Chart(tuple(bars), _rules(top, room))


def with_line(bars: Chart, percent: Sequence[float]) -> Chart:
    """The same with a line through these percents, each above the middle of its bar."""
    room = HEIGHT - FOOT - HEAD
    points = [(bar.middle, round(HEIGHT - FOOT - p / 100 * room, 1)) for bar, p in zip(bars.bars, percent, strict=True)]
    return replace(bars, line=tuple(points))


def _rules(top: int, room: int) -> tuple[tuple[float, str], ...]:
    return tuple((HEIGHT - FOOT - room * part, f"{top * part:g}") for part in (1, 0.5))


def scale(most: int) -> int:
    """The top of the scale: an even number that reads well, so that its middle is a whole one."""
    if most <= 10:
        return max(2, most + most % 2)
    size: int = 10 ** int(math.log10(most))
    return next(step * size for step in STEPS if step * size >= most)
