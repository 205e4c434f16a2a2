"""The report of clauses: what it prints, what it calls a gap, and what a pack without a clause looks like."""

from __future__ import annotations

from pathlib import Path

import pytest

from closeloop.chassis.packs import lint, load_pack
from tests.clauses.mutating import UNBOUND, Mutant, mutants_of
from tests.clauses.packs import packs
from tests.clauses.report import COUNTED, Outcome, gaps_of, short, survivors_of

A_FORM = "dispatch.yaml duties.handling_sheet"
SOME = 12
"""Of so many clauses one is taken away here; `make clauses MUTATE=1` takes each."""


@pytest.fixture(params=sorted(packs()))
def tested(request: pytest.FixtureRequest):
    """Each pack under procedures/, whether or not the engine can say all of its clauses."""
    return packs()[request.param]


def outcomes_of(numbers, *, passed: bool = True, without: str | None = None) -> list[Outcome]:
    """One test for each clause."""
    return [Outcome(f"test_x.py::test_{i}", (number,), passed, without, True) for i, number in enumerate(numbers)]


def test_the_closing_line_counts_what_is_bound_tested_printed_and_shown(tested, capsys):
    pack = tested.pack
    bound = [number for number in pack.clauses if tested.is_bound(number)]
    gaps = list(gaps_of(tested, outcomes_of(pack.clauses)))
    closing = capsys.readouterr().out.splitlines()[-1]
    parts = []
    for check, (word, done) in COUNTED.items():
        of_check = [number for number, said in pack.clauses.items() if said.check is check]
        parts.append(f"{word} {len(set(of_check) & set(bound))}/{len(of_check)} {done}")
    assert closing == f"{pack.id} clauses {len(bound)}/{len(pack.clauses)} bound, {', '.join(parts)}"
    assert len(gaps) == len(pack.clauses) - len(bound)


def test_a_clause_without_a_test_and_one_whose_test_fails_are_gaps(tested, capsys):
    first, second, *others = (number for number in tested.pack.clauses if tested.is_bound(number))
    outcomes = [*outcomes_of([second], passed=False), *outcomes_of(others)]
    gaps = list(gaps_of(tested, outcomes))
    assert f"{first} has no test: mark one with @clause('{first}')." in gaps
    assert f"{second}: test_x.py::test_0 does not pass." in gaps
    assert "FAILED test_x.py::test_0" in capsys.readouterr().out


def test_a_test_that_does_not_miss_its_clause_is_said(tested, capsys):
    number = next(number for number in tested.pack.clauses if tested.is_bound(number))
    mutant = Mutant(number, (A_FORM,), ())
    assert any("still passes" in one for one in survivors_of(tested, [mutant], outcomes_of([number], without=number)))
    missed = outcomes_of([number], passed=False, without=number)
    assert not any(number in one for one in survivors_of(tested, [mutant], missed))
    assert f"without {A_FORM}" in capsys.readouterr().out


def test_a_pack_without_a_clause_no_longer_names_it_and_what_was_bound_to_it_alone_is_gone(tested, tmp_path: Path):
    bound = [number for number in tested.pack.clauses if tested.bindings_of(number)]
    mutants = mutants_of(tested.folder, tmp_path, bound[::SOME])
    assert any(mutant.gone for mutant in mutants)
    for mutant in mutants:
        without = load_pack(tmp_path / mutant.clause)
        kept_all_the_same = without.clauses[mutant.clause].by_construction
        assert without.entries_of(mutant.clause) == () and (mutant.clause in without.not_yet or kept_all_the_same)
        assert lint(tmp_path / mutant.clause).faults == ()
        said = {f"{section}.yaml {'.'.join(map(str, where))}".rstrip(): entry
                for section, where, entry in load_pack(tmp_path / mutant.clause).entries()}  # fmt: skip
        assert not set(mutant.gone) & set(said)
        for place in mutant.unbound:
            assert said[place].clauses or said[place].own_practice == UNBOUND


def test_a_test_is_named_by_its_file_and_function():
    assert short("tests/clauses/x/test_a.py::test_b[telephone-1]") == "test_a.py::test_b"
