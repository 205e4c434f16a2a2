"""What the long form measures is judged rightly: a leak, a slow end and a late answer are each seen."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults.overload import Overloaded
from tests.faults.soak import LOOKS, Look, judged
from tests.faults.table import Line, counted, table

Amount = Callable[[int], float]


def looks(
    *, handles: Amount = lambda n: 20, memory: Amount = lambda n: 100, stored: Amount = lambda n: n * 5e5
) -> list[Look]:
    """Ten cases between two looks, 50 kB and 20 ms each, if nothing else is said."""
    return [
        Look(n * 10, {"intake": int(handles(n))}, {"intake": memory(n)}, int(stored(n)), n * 0.2) for n in range(LOOKS)
    ]


def broken(lines: list[Line]) -> list[str]:
    return [line.what for line in lines if not line.holds]


def test_work_that_leaves_nothing_behind_holds():
    assert broken(list(judged(looks()))) == []


def test_what_grows_only_until_it_is_warm_holds():
    assert (
        broken(list(judged(looks(memory=lambda n: 100 + min(n, LOOKS // 3), handles=lambda n: 20 + min(n, 30))))) == []
    )


@pytest.mark.parametrize(
    "leak, what",
    [
        (looks(handles=lambda n: 20 + n), "handles of intake"),
        (looks(memory=lambda n: 100 + n), "memory of intake"),
        (looks(stored=lambda n: n * n * 1e4), "stored bytes of a case"),
    ],
)
def test_what_piles_up_is_seen(leak: list[Look], what: str):
    assert broken(list(judged(leak))) == [what]


def an_overload(**changes: object) -> Overloaded:
    """A minute in which everything was as it has to be."""
    run = {
        "sent": 60_000,
        "unsent": 0,
        "statuses": {"201": 6_000, "503": 54_000},
        "without_moment": 0,
        "p99": 100.0,
        "seconds": [[500, 0, 20.0]] * 20,
    }
    seen = Overloaded(run, {**run, "p99": 20.0}, {**run}, {**run}, 100.0, [100.0, 120.0], [5.0] * 100, [])
    for name, value in changes.items():
        part, _dot, key = name.partition("__")
        if key:
            getattr(seen, part)[key] = value
        else:
            setattr(seen, part, value)
    return seen


@pytest.mark.parametrize(
    "changes, what",
    [
        ({}, []),
        ({"flood__p99": 301.0}, ["p99 of accepted work"]),
        ({"flood__statuses": {"201": 60_000}}, ["told to come again"]),
        ({"flood__without_moment": 1}, ["without Retry-After"]),
        ({"memory": [300.0]}, ["memory grows by"]),
        ({"others": [2_000.0]}, ["health and dispatch meanwhile"]),
        ({"afterwards__seconds": [[500, 1, 20.0]] * 11}, ["normal again after"]),
        ({"afterwards__seconds": [[500, 0, 20.0]] * 15 + [[500, 0, 99.0]]}, ["normal again after"]),
        ({"misfits": ["a case is lost"]}, ["answers that nobody should get, cases lost or doubled"]),
    ],
)
def test_a_flood_is_judged_by_who_was_inside(changes: dict[str, object], what: list[str]):
    assert broken(list(an_overload(**changes).lines(60))) == what


def test_the_table_says_which_bound_does_not_hold():
    lines = [Line("a", "1", "<= 2"), counted("lost", ["case 7\nis gone"]), Line("beside", "中文")]
    assert [row.split() for row in table([("kills", 12.3, lines)]).splitlines()] == [
        ["trial", "what", "value", "has", "to", "be", "holds"],
        ["kills", "(12", "s)", "a", "1", "<=", "2", "yes"],
        ["lost", "1:", "case", "7", "is", "gone", "0", "NO"],
        ["beside", "中文"],
    ]
