"""Facets: the highest value that holds counts, what a level gave up is raised, and what leads nowhere is found."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import Pack, lint, load_pack

LEVELS = Path(__file__).parent / "packs" / "levels"


@pytest.fixture
def pack() -> Pack:
    return load_pack(LEVELS)


@pytest.fixture
def folder(tmp_path) -> Path:
    return Path(shutil.copytree(LEVELS, tmp_path / "P00"))


def change(folder: Path, old: str, new: str) -> None:
    path = folder / "intake.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def rated(pack: Pack, facts: dict, before: dict | None = None) -> str | None:
    return pack.intake.rate(facts, before).facets.get("severity")


WITHIN = {"about": "house", "channel": "visit", "press": False, "harms_reputation": False}


def test_the_highest_value_with_a_criterion_that_holds_counts(pack):
    assert rated(pack, WITHIN) == "minor"
    assert rated(pack, {**WITHIN, "press": True}) == "major"
    held = pack.intake.rate({**WITHIN, "press": True, "harms_reputation": True}).held
    assert [one.of for one in held] == ["facet:scope:the_rest", "facet:severity:reputation", "facet:severity:press"]


def test_a_higher_value_that_may_still_hold_is_asked_for_first(pack):
    rating = pack.intake.rate({**WITHIN, "press": None})
    assert ("severity" in rating.facets, [rule.name for rule in rating.open]) == (False, ["severity"])
    assert rated(pack, {**WITHIN, "press": None, "harms_reputation": True}) == "major"


def test_facts_of_a_clause_raise_what_was_rated_and_never_lower_it(pack):
    assert rated(pack, {**WITHIN, "press": True}, {"scope": "within", "severity": "minor"}) == "major"
    assert rated(pack, WITHIN, {"scope": "within", "severity": "major"}) == "major"


def test_nobody_rates_against_a_criterion_of_a_clause(pack):
    facts = {**WITHIN, "press": True}
    held = pack.intake.against(facts, {"severity": "serious"})
    assert held is not None
    assert (held.of, held.criterion.clauses) == ("facet:severity:press", ("P00-3",))
    assert pack.intake.against(facts, {"severity": "major"}) is None
    assert pack.intake.against(WITHIN, {"severity": "serious"}) is None
    outside = pack.intake.against({**WITHIN, "about": "neighbour"}, {"scope": "within"})
    assert outside is not None and outside.criterion.clauses == ("P00-2",)


def test_a_practice_of_ones_own_may_be_overruled(pack):
    assert pack.intake.against(WITHIN, {"scope": "outside"}) is None


def test_a_closed_gate_asks_for_nothing_else(pack):
    rating = pack.intake.rate({"about": "neighbour", "press": True})
    assert (rating.facets, rating.open) == ({"scope": "outside"}, ())
    assert pack.intake.shut_by(rating.facets) == "scope"
    assert pack.intake.shut_by({"scope": "within"}) is None


def test_nothing_else_is_asked_before_it_is_known_whether_the_procedure_applies(pack):
    rating = pack.intake.rate({**WITHIN, "about": None})
    assert (rating.facets, [rule.name for rule in rating.open]) == ({}, ["scope"])


def test_a_level_that_gives_a_case_up_raises_it(pack):
    [held] = pack.intake.raised_by({"severity": "minor"}, "cannot_handle")
    assert (held.value, held.criterion.clauses) == ("serious", ("P00-5",))
    assert pack.intake.raised_by({"severity": "major"}, "cannot_handle") == ()
    [held] = pack.intake.raised_by({"severity": "minor"}, "round")
    assert (held.value, held.name) == ("serious", "not_solved")


def test_a_value_names_the_desk_that_takes_its_cases(pack):
    assert pack.intake.desk_of("severity", {"severity": "minor"}) == "engineering"
    assert pack.intake.desk_of("severity", {"severity": "major"}) == "management_representative"
    assert pack.intake.desk_of("severity", {}) is None
    assert pack.intake.desk_of("about", {"about": "house"}) is None


def test_what_is_outside_gets_nothing_but_what_asks_for_it(pack):
    facts = {"scope": "outside", "severity": "major", "about": "house", "kind": "complaint"}
    assert [rule.name for rule in pack.dispatch.duties_for(facts)] == ["pass_on"]
    assert pack.callback.coverage_for(facts) is None
    inside = {**facts, "scope": "within"}
    assert [rule.name for rule in pack.dispatch.duties_for(inside)] == ["major_handling", "look_at_it"]
    assert pack.callback.coverage_for(inside) is not None


def test_the_invented_procedure_has_no_fault():
    assert lint(LEVELS).lines()[-1].endswith("nothing found.")


FOUND = [
    ("press:\n            title", "press:\n            otherwise: true\n            title", "say exactly one of when:"),
    (
        "raised: {from: serious,",
        "raised: {from: major,",
        "quality_cannot raises from major; below major there is minor, ser",
    ),
    ("    ordered: true\n", "", "raises a case, so the values need an order: add ordered: true"),
    (
        "        desk: management_representative\n",
        "",
        "minor says who takes the case, and major does not: add its desk.",
    ),
    ("when: {about: {is: neighbour}}", "when: {press: {is: true}}", "A case may be outside and also within"),
    ("rates: {facet: severity,", "rates: {facet: founded,", "founded may be rated later, so nobody judges it"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), FOUND, ids=[sentence[:30] for _old, _new, sentence in FOUND])
def test_what_could_not_be_rated_is_found(folder, old, new, sentence):
    change(folder, old, new)
    assert sentence in "\n".join(lint(folder).lines())


def test_a_gate_without_a_duty_is_found(folder):
    dispatch = folder / "dispatch.yaml"
    text = dispatch.read_text(encoding="utf-8")
    dispatch.write_text(text.replace("{scope: {is: outside}}", "{press: {is: true}}"), encoding="utf-8")
    assert "A case whose scope is outside is outside and reaches no desk" in "\n".join(lint(folder).lines())
