"""A field that is required only sometimes: by what stands in the others."""

import pytest

from closeloop.chassis.fields import asks_for_more, must_be_given
from closeloop.contracts.procedure.fact import FormField

BOTH = {"zh": "字段", "en": "Field"}
ALWAYS = FormField.model_validate({"title": BOTH, "required": True})
NUMBER = FormField.model_validate({"title": BOTH, "required_when": {"bad": {"is": True}}})
BAD = FormField.model_validate({"title": BOTH, "type": "truth"})
FIELDS = {"bad": BAD, "number": NUMBER}


@pytest.mark.parametrize("said, wanted", [({}, False), ({"bad": False}, False), ({"bad": True}, True)])
def test_it_is_wanted_when_its_condition_holds(said, wanted):
    assert must_be_given(NUMBER, said) is wanted
    assert must_be_given(ALWAYS, said) is True


def test_what_is_said_now_may_ask_for_more():
    assert asks_for_more(FIELDS, {"bad": True}, {"bad"}) == "number"
    assert asks_for_more(FIELDS, {"bad": True, "number": "B-1"}, {"bad"}) is None
    assert asks_for_more(FIELDS, {"bad": True}, {"number"}) is None, "what was said before was asked for then"
    assert asks_for_more(FIELDS, {"bad": False}, {"bad"}) is None
