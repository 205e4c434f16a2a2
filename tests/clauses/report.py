"""`make clauses`: every clause with its binding and its tests, and whether the tests fail without it (MUTATE=1)."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from closeloop.contracts.vocabulary import Check
from tests.clauses.mutating import Mutant, mutants_of
from tests.clauses.outcomes import WRITTEN_TO
from tests.clauses.packs import Tested, packs

HERE = Path(__file__).parent
HOME = HERE.parents[1]
COUNTED = {
    Check.AUTOMATIC: ("automatic", "tested"),
    Check.RECORDED_AND_SIGNED: ("recorded", "printed"),
    Check.GUIDANCE: ("guidance", "shown"),
}


@dataclass(frozen=True)
class Outcome:
    """What became of one test."""

    name: str
    clauses: tuple[str, ...]
    passed: bool
    without: str | None
    """The clause that was taken away for it."""
    opened: bool
    """Whether it could begin by that pack; one that cannot has failed."""
    ends: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Clause to the ends with which it found occasions."""


def short(test: str) -> str:
    """A test by its file and its function."""
    file, _colons, function = test.partition("::")
    return f"{Path(file).name}::{function.partition('[')[0]}"


def run(workers: str, arguments: Sequence[str], *, quietly: bool = False, **settings: str) -> list[Outcome]:
    """Has pytest run the tests of all clauses, in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="closeloop-clauses-") as folder:
        file = Path(folder) / "outcomes.json"
        words = [sys.executable, "-m", "pytest", "-p", "tests.clauses.outcomes", "-p", "no:cacheprovider"]
        words += ["-n", workers, "--dist", "loadgroup" if quietly else "loadscope", *arguments, str(HERE)]
        settings = {**os.environ, **settings, WRITTEN_TO: str(file)}
        ended = subprocess.run(words, cwd=HOME, env=settings, capture_output=quietly, text=True)
        if ended.returncode not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            sys.exit(f"{ended.stdout or ''}{ended.stderr or ''}The tests of the clauses could not be run.")
        found = json.loads(file.read_text(encoding="utf-8"))
    return [
        Outcome(short(test), tuple(said["clauses"]), said["passed"], said["without"], said["opened"], said["ends"])
        for test, said in found.items()
    ]


def tests_of(number: str, outcomes: Sequence[Outcome]) -> dict[str, bool]:
    """The tests of a clause, and whether every case of each passed."""
    found: dict[str, bool] = {}
    for one in outcomes:
        if number in one.clauses:
            found[one.name] = found.get(one.name, True) and one.passed
    return found


def gaps_of(tested: Tested, outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Prints every clause of a pack and its closing line; yields what is missing."""
    pack = tested.pack
    bound = 0
    good: dict[Check, int] = defaultdict(int)
    for number, said in pack.clauses.items():
        tests = tests_of(number, outcomes)
        is_bound = tested.is_bound(number)
        bound += is_bound
        good[said.check] += is_bound and bool(tests) and all(tests.values())
        by = [f"by construction: {said.by_construction}"] if said.by_construction else tested.bindings_of(number)
        say(f"{number}  {said.check}  {said.text.en}")
        say(*(f"    {entry}" for entry in by if is_bound), sep="\n")
        ends = {end for one in outcomes for end in one.ends.get(number, ())}
        say(*([f"    ends found: {', '.join(sorted(ends))}"] if ends else []))
        say(*(f"    {'' if passed else 'FAILED '}{test}" for test, passed in tests.items()), sep="\n")
        if not is_bound:
            yield f"{number} is not bound: no entry of the pack fulfils it."
        elif not tests:
            yield f"{number} has no test: mark one with @clause({number!r})."
        yield from (f"{number}: {test} does not pass." for test, passed in tests.items() if not passed)
    checks = [said.check for said in pack.clauses.values()]
    counted = (f"{word} {good[check]}/{checks.count(check)} {done}" for check, (word, done) in COUNTED.items())
    say(f"{pack.id} clauses {bound}/{len(pack.clauses)} bound, {', '.join(counted)}")


def survivors_of(tested: Tested, mutants: Sequence[Mutant], outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Prints what was taken away for each clause; yields the tests that did not miss it."""
    pack = tested.pack
    without = {mutant.clause: mutant for mutant in mutants}
    killed = 0
    for number, said in pack.clauses.items():
        mutant = without.get(number)
        if mutant is None:
            why = "kept by construction" if said.by_construction else "not bound"
            say(f"{number}  nothing to take away: {why}")
            if not said.by_construction:
                yield f"{number} is not bound: there is nothing to take away."
            continue
        ran = [one for one in outcomes if one.without == number]
        survived = sorted({one.name for one in ran if one.passed})
        say(f"{number}  {len(ran)} tests, {len(survived)} did not miss it")
        if any(not one.opened for one in ran):
            say("    some cannot even begin by such a pack: they have failed")
        say(*(f"    without {entry}" for entry in mutant.gone), sep="\n")
        say(*(f"    unbound {entry}" for entry in mutant.unbound), sep="\n")
        killed += bool(ran) and not survived
        if not ran:
            yield f"{number} has no test that could miss it."
        yield from (f"{number} was taken away, and {test} still passes." for test in survived)
    say(f"{pack.id} mutants {killed}/{len(without)} found by their tests")


def say(*lines: str, sep: str = " ") -> None:
    """Prints, if there is anything to print."""
    if lines:
        sys.stdout.write(sep.join(lines) + "\n")


def asked_for() -> dict[str, Tested]:
    """The packs that are asked for: all, or the one that CLOSELOOP_CLAUSES_OF names."""
    only = os.environ.get("CLOSELOOP_CLAUSES_OF", "")
    return {name: tested for name, tested in packs().items() if only in ("", name)}


def clauses(workers: str, arguments: Sequence[str]) -> int:
    """Runs the tests and prints each clause; 1 where a clause is not bound or not tested."""
    outcomes = run(workers, arguments)
    gaps = [gap for tested in asked_for().values() for gap in gaps_of(tested, outcomes)]
    return _ended(gaps)


def mutate(workers: str, arguments: Sequence[str]) -> int:
    """Takes away one clause after another and runs its tests; 1 where a test still passes."""
    began, mutants = time.monotonic(), {}
    with tempfile.TemporaryDirectory(prefix="closeloop-mutants-") as folder:
        for name, tested in asked_for().items():
            mutants[name] = mutants_of(tested.folder, Path(folder) / name)
        outcomes = run(workers, ["--tb=no", "--no-summary", *arguments], quietly=True, CLOSELOOP_MUTANTS=folder)
    survivors = [one for name, tested in asked_for().items() for one in survivors_of(tested, mutants[name], outcomes)]
    say(f"{sum(map(len, mutants.values()))} mutants in {time.monotonic() - began:.0f} s.")
    return _ended(survivors)


def _ended(gaps: Sequence[str]) -> int:
    say(*gaps, sep="\n")
    return int(bool(gaps))


def main() -> int:
    """What the Makefile calls."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--mutate", action="store_true", help="take one clause after another away")
    asked.add_argument("--workers", default="auto", help="processes that test at the same time")
    asked.add_argument("--of", default="", choices=["", *packs()], help="only the clauses of this procedure")
    said, arguments = asked.parse_known_args()
    os.environ["CLOSELOOP_CLAUSES_OF"] = said.of
    return (mutate if said.mutate else clauses)(said.workers, arguments)


if __name__ == "__main__":
    sys.exit(main())
