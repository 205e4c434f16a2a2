"""Conditions: what they answer, what they leave open, and what can be told before any case exists."""

from __future__ import annotations

import itertools
import timeit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from closeloop.chassis.condition_tree import BadCondition
from closeloop.chassis.conditions import BadFact, Condition, covers, overlap

KINDS = {"kind": ("complaint", "repair"), "severity": ("ordinary", "major"), "crosses": (True, False)}


@pytest.mark.parametrize(
    "written, facts, answer",
    [
        (None, {}, True),
        ({}, {}, True),
        ({"kind": {"is": "repair"}}, {"kind": "repair"}, True),
        ({"kind": {"is": "repair"}}, {"kind": "complaint"}, False),
        ({"kind": {"is": "repair"}}, {}, None),
        ({"kind": {"is": "repair"}}, {"kind": None}, None),
        ({"kind": {"in": ["repair", "opinion"]}}, {"kind": "opinion"}, True),
        ({"crosses": {"is": False}}, {"crosses": False}, True),
        ({"amount": {"above": 100, "at_most": 300}}, {"amount": 300}, True),
        ({"amount": {"above": 100, "at_most": 300}}, {"amount": 100}, False),
        ({"amount": {"at_least": 100, "below": 300}}, {"amount": 100}, True),
        ({"amount": {"at_least": 100, "below": 300}}, {"amount": 300}, False),
        ({"kind": {"is": "repair"}, "severity": {"is": "major"}}, {"kind": "complaint"}, False),
        ({"kind": {"is": "repair"}, "severity": {"is": "major"}}, {"kind": "repair"}, None),
        ({"any": [{"kind": {"is": "repair"}}, {"severity": {"is": "major"}}]}, {"kind": "repair"}, True),
        ({"any": [{"kind": {"is": "repair"}}, {"severity": {"is": "major"}}]}, {"kind": "complaint"}, None),
        ({"not": {"severity": {"is": "major"}}}, {}, None),
        ({"not": {"severity": {"is": "major"}}}, {"severity": "ordinary"}, True),
        ({"severity": {"known": False}}, {}, True),
        ({"not": {"severity": {"known": True}}}, {"severity": "major"}, False),
        ([{"kind": {"is": "repair"}}, {"severity": {"known": True}}], {"kind": "repair"}, False),
        ({"some": {"of": "parts", "that": {"price": {"above": 50}}}}, {}, None),
        ({"some": {"of": "parts", "that": {"price": {"above": 50}}}}, {"parts": []}, False),
        ({"some": {"of": "parts", "that": {"price": {"above": 50}}}}, {"parts": [{}, {"price": 60}]}, True),
        ({"some": {"of": "parts", "that": {"price": {"above": 50}}}}, {"parts": [{}, {"price": 40}]}, None),
        ({"every": {"of": "parts", "that": {"price": {"above": 50}}}}, {"parts": []}, True),
        ({"every": {"of": "parts", "that": {"price": {"above": 50}}}}, {"parts": [{}, {"price": 40}]}, False),
        ({"every": {"of": "parts", "that": {"price": {"above": 50}}}}, {"parts": [{"price": 60}]}, True),
    ],
)
def test_a_condition_answers_yes_no_or_not_known_yet(written, facts, answer):
    assert Condition(written).decide(facts) is answer


def test_a_condition_says_which_facts_a_desk_has_to_be_asked_for():
    condition = Condition(
        {"kind": {"is": "repair"}, "any": [{"severity": {"is": "major"}}, {"trade": {"known": True}}]}
    )
    assert condition.facts_needed == {"kind", "severity", "trade"}
    assert condition.missing({"kind": "repair"}) == ("severity", "trade")
    assert condition.missing({"kind": "complaint"}) == ()


@pytest.mark.parametrize(
    "written, sentence",
    [
        ("repair", "'repair' is not a condition: write fact: {is: value}."),
        ({"kind": "repair"}, "kind needs a test: write kind: {is: repair}."),
        ({"kind": {}}, "kind has no test"),
        ({"kind": {"equals": "repair"}}, "There is no test 'equals': write one of is, in, at_least"),
        ({"kind": {"in": "repair"}}, "The test in of kind needs a list of values."),
        ({"kind": {"known": "yes"}}, "The test known of kind is true or false, not 'yes'."),
        ({"any": {"kind": {"is": "repair"}}}, "is not a list of conditions: begin each with a dash."),
        ({"every": {"of": "parts"}}, "every needs a list and a condition"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused_in_one_sentence(written, sentence):
    with pytest.raises(BadCondition) as refused:
        Condition(written)
    assert sentence in str(refused.value)


def test_an_ordered_fact_is_compared_by_rank():
    levels = {"severity": ("minor", "serious", "major")}
    assert Condition({"severity": {"at_least": "serious"}}, levels).decide({"severity": "major"}) is True
    assert Condition({"severity": {"at_least": "serious"}}, levels).decide({"severity": "minor"}) is False
    assert Condition({"severity": {"below": "serious"}}, levels).decide({"severity": "serious"}) is False
    assert Condition({"severity": {"above": "major"}}, levels).is_dead(levels) is True
    with pytest.raises(BadCondition, match="severity has no value 'grave': write one of minor, serious, major"):
        Condition({"severity": {"at_most": "grave"}}, levels)


def test_a_fact_of_the_wrong_type_is_a_fault_and_not_an_answer():
    with pytest.raises(BadFact, match="The fact amount is 'much', which cannot be compared with 100"):
        Condition({"amount": {"above": 100}}).decide({"amount": "much"})


@pytest.mark.parametrize(
    "written, is_dead",
    [
        ({"kind": {"is": "repair"}}, False),
        ({"kind": {"is": "praise"}}, True),
        ({"any": []}, True),
        ({"all": [{"kind": {"is": "repair"}}, {"kind": {"is": "complaint"}}]}, True),
        ({"kind": {"is": "repair"}, "not": {"kind": {"in": ["repair", "complaint"]}}}, True),
        ({"not": {"kind": {"in": ["repair", "complaint"]}}}, True),
        ({"amount": {"above": 100, "below": 100}}, True),
        ({"amount": {"above": 100, "below": 101}}, False),
        ({"amount": {"at_least": 100, "at_most": 100}}, False),
        ({"room": {"is": "a"}, "not": {"room": {"in": ["a", "b"]}}}, True),
        ({"not": {"room": {"in": ["a", "b"]}}}, False),
        ({"all": [{"kind": {"known": False}}, {"kind": {"is": "repair"}}]}, True),
        ({"kind": {"known": False}}, False),
        ({"some": {"of": "parts", "that": {"price": {"above": 50}}}}, None),
        ({"kind": {"is": "praise"}, "some": {"of": "parts", "that": {}}}, True),
    ],
)
def test_a_rule_that_can_never_apply_is_found(written, is_dead):
    assert Condition(written).is_dead(KINDS) is is_dead


def test_rules_that_can_both_apply_are_found():
    major, repair = Condition({"severity": {"is": "major"}}), Condition({"kind": {"is": "repair"}})
    plain = Condition({"severity": {"is": "ordinary"}, "kind": {"is": "repair"}})
    assert overlap(major, repair, KINDS) is True
    assert overlap(major, plain, KINDS) is False
    assert overlap(major, Condition({"some": {"of": "parts", "that": {}}}), KINDS) is None


def test_a_kind_that_no_rule_covers_is_found():
    repair = Condition({"kind": {"is": "repair"}})
    major, ordinary = Condition({"severity": {"is": "major"}}), Condition({"not": {"severity": {"is": "major"}}})
    assert covers([major, ordinary], repair, KINDS) is True
    assert covers([major], repair, KINDS) is False
    assert covers([], repair, KINDS) is False


facts = st.fixed_dictionaries({name: st.sampled_from([None, *values]) for name, values in KINDS.items()})
leaves = st.sampled_from(list(KINDS)).flatmap(
    lambda name: st.one_of(
        st.sampled_from(KINDS[name]).map(lambda value: {name: {"is": value}}),
        st.booleans().map(lambda known: {name: {"known": known}}),
    )
)
conditions = st.recursive(
    leaves,
    lambda parts: st.one_of(
        st.lists(parts, max_size=3).map(lambda some: {"all": some}),
        st.lists(parts, max_size=3).map(lambda some: {"any": some}),
        parts.map(lambda part: {"not": part}),
    ),
    max_leaves=8,
)
EVERY_CASE = [
    dict(zip(KINDS, values, strict=True))
    for values in itertools.product(*([None, *possible] for possible in KINDS.values()))
]


@given(conditions)
@settings(deadline=None)
def test_a_rule_is_dead_exactly_when_no_case_makes_it_true(written):
    condition = Condition(written)
    assert condition.is_dead(KINDS) is not any(condition.decide(case) for case in EVERY_CASE)


@given(conditions, conditions)
@settings(deadline=None)
def test_rules_overlap_exactly_when_some_case_makes_both_true(one, other):
    one, other = Condition(one), Condition(other)
    assert overlap(one, other, KINDS) is any(one.decide(case) and other.decide(case) for case in EVERY_CASE)


@given(conditions, facts, st.sampled_from(list(KINDS)))
@settings(deadline=None)
def test_learning_a_fact_never_turns_an_answer_round(written, case, name):
    condition = Condition(written)
    before = condition.decide({**case, name: None})
    if before is not None and "known" not in repr(written):
        assert condition.decide(case) is before


def test_twenty_rules_cost_a_few_microseconds():
    rules = [Condition({"kind": {"is": kind}, "severity": {"is": "major"}}) for kind in ("repair", "complaint") * 10]
    case = {"kind": "repair", "severity": "major"}
    seconds = min(timeit.repeat(lambda: [rule.decide(case) for rule in rules], number=1000, repeat=5)) / 1000
    assert seconds < 50e-6  # usually about 4; the margin is for a busy machine
