"""A plain bar chart: drawn by the server in percent and pixels, so that it fits a phone and needs no script."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over a line at zero, with one rule at the top of the scale and one at its middle."""

    bars: tuple[Bar, ...]
    rules: tuple[tuple[float, str], ...]
    height: int = HEIGHT
    zero: int = HEIGHT - FOOT


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
    return Chart(tuple(bars), tuple((HEIGHT - FOOT - room * part, f"{top * part:g}") for part in (1, 0.5)))


def scale(most: int) -> int:
    """The top of the scale: an even number that reads well, so that its middle is a whole one."""
    if most <= 10:
        return max(2, most + most % 2)
    size: int = 10 ** int(math.log10(most))
    return next(step * size for step in STEPS if step * size >= most)
