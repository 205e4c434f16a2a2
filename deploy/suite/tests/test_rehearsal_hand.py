"""What made-up people write: it fits each field, and it holds where the procedure asks for something."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from closeloop.chassis.conditions import Condition as Decided
from closeloop.chassis.fields import fitting
from closeloop.chassis.packs import load_pack
from closeloop.contracts.procedure import Condition
from closeloop.contracts.procedure.fact import FormField
from closeloop.suite.rehearsal.hand import Hand
from closeloop.suite.replay.chance import Chance

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TITLE = {"zh": "栏", "en": "Column"}
ROWS = {"way": {"title": TITLE, "required": True}, "chosen": {"title": TITLE, "type": "truth"}}
TYPES: dict[str, dict[str, Any]] = {
    "amount": {"type": "number"},
    "cause": {"type": "choice", "choices": {"wear": {"title": TITLE}, "use": {"title": TITLE}}},
    "seen": {"type": "truth"},
    "seen_at": {"type": "moment"},
    "until": {"type": "day"},
    "what": {"type": "long_text"},
    "score": {"type": "points", "full_points": 10},
    "told": {"type": "desks"},
    "ways": {"type": "rows", "columns": ROWS},
}
FIELDS = {name: FormField.model_validate({"title": TITLE, **more}) for name, more in TYPES.items()}


@pytest.fixture
def hand() -> Hand:
    return Hand(load_pack("P03"), Chance("1"))


@pytest.mark.parametrize("name", FIELDS)
def test_what_is_written_fits_its_field(hand: Hand, name: str):
    value = hand.value(FIELDS[name], AT, name)
    assert fitting(FIELDS[name], value) == value


@pytest.mark.parametrize(
    "asked",
    [
        {"amount": {"above": 100}},
        {"amount": {"at_most": 3}, "cause": {"in": ["use", "wear"]}},
        {"seen": {"is": True}, "what": {"known": True}},
        {"any": [{"cause": {"is": "use"}}, {"amount": {"below": 0}}]},
        {"ways": {"at_least": 2}, "some": {"of": "ways", "that": {"chosen": {"is": True}}}},
        {"every": {"of": "ways", "that": {"chosen": {"is": False}}}, "ways": {"at_least": 1}},
        {"all": [{"ways": {"at_least": 3}}, {"seen_at": {"known": True}}]},
    ],
)
def test_what_is_asked_for_holds_by_what_is_written(hand: Hand, asked: dict[str, object]):
    condition = Condition.model_validate(asked)
    held = hand.to_hold(condition, FIELDS, AT, "case")
    assert Decided(condition.written)(held) is True, held
    assert all(fitting(FIELDS[name], value) == value for name, value in held.items())


def test_the_same_thing_is_always_written_alike(hand: Hand):
    once, again = (hand.written(FIELDS, FIELDS, AT, "case", 7) for _ in range(2))
    assert once == again != hand.written(FIELDS, FIELDS, AT, "case", 8)
