"""How a pack is written: what is read, and what is refused in one sentence."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from closeloop.contracts.procedure import FILES, Condition, Dispatch, Intake, Length
from closeloop.contracts.procedure.callback import Callback
from closeloop.contracts.procedure.limit import Limit
from closeloop.contracts.procedure.survey import Surveys

WRITTEN: dict[str, Any] = {
    "kind": {"is": "complaint"},
    "severity": {"at_least": "serious", "known": True},
    "any": [{"amount": {"above": 100}}, {"threat": {"is": True}}],
    "not": {"channel": {"in": ["mail", "fax"]}},
    "every": {"of": "measures", "that": {"state": {"is": "done"}}},
}
TEXT = {"zh": "处理投诉", "en": "Handle the complaint"}
DUTY = {
    "title": TEXT,
    "when": WRITTEN,
    "to": {"fact": "department"},
    "form": "handling_sheet",
    "steps": {"accept": {"clauses": ["P00-4.3"]}, "return": {"with_original": True, "clauses": ["P00-4.4"]}},
    "limits": ["return_sheet"],
    "marks": {"handled": "returned"},
    "clauses": ["P00-4.1"],
}
LIMIT = {"title": TEXT, "starts": "issued", "stops": "returned", "length": "2 working days", "clauses": ["P00-4.4"]}
DISPATCH = {"duties": {"handle_complaint": DUTY}, "limits": {"return_sheet": LIMIT}}


def test_a_condition_reads_back_as_it_is_written() -> None:
    assert Condition.model_validate(WRITTEN).written == WRITTEN
    assert Condition.model_validate({}).written == {}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "complaint"}, "write a test, such as {is: complaint}"),
        ({"channel": ["mail"]}, "write a test, such as {in:"),
        ({"kind": {}}, "ask something of the fact"),
        ({"kind": {"equals": "complaint"}}, "Extra inputs are not permitted"),
        ({"any": []}, "never holds"),
        ({"every": {"of": "measures"}}, "Field required"),
    ],
)
def test_a_condition_that_cannot_be_decided_is_refused(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Condition.model_validate(wrong)


@pytest.mark.parametrize(
    ("written", "number", "unit", "working"),
    [
        ("30 minutes", 30, "minutes", False),
        ("1 hour", 1, "hours", False),
        ("3 working days", 3, "working days", True),
        ("2 weeks", 2, "weeks", False),
    ],
)
def test_a_length_is_a_number_with_its_unit(written: str, number: int, unit: str, working: bool) -> None:
    length = Length.model_validate(written)
    assert (length.number, length.unit, length.is_working_time) == (number, unit, working)
    assert str(length) == written
    assert length.model_dump_json() == f'"{written}"'


@pytest.mark.parametrize("wrong", ["2", "two days", "2 fortnights", 2, "2 working weeks"])
def test_a_length_without_a_known_unit_is_refused(wrong: Any) -> None:
    with pytest.raises(ValidationError, match="such as 2 working days"):
        Length.model_validate(wrong)


def test_a_duty_is_read_with_its_limit() -> None:
    dispatch = Dispatch.model_validate(DISPATCH)
    duty = dispatch.duties["handle_complaint"]
    assert duty.to.desk_for({"department": "security"}) == "security"
    assert duty.to.desk_for({}) is None
    assert str(dispatch.limits["return_sheet"].length) == "2 working days"
    assert Dispatch.model_validate(dispatch.model_dump(by_alias=True, exclude_unset=True)) == dispatch


def test_a_desk_is_written_by_its_name() -> None:
    duty = Dispatch.model_validate({"duties": {"handle_complaint": DUTY | {"to": "security"}}}).duties
    assert duty["handle_complaint"].to.desk_for({}) == "security"


def test_the_schema_for_editors_agrees() -> None:
    schema = Draft202012Validator(FILES["dispatch"].model_json_schema(by_alias=True))
    schema.validate(DISPATCH)
    assert not schema.is_valid({"duties": {"handle_complaint": DUTY | {"when": {"kind": "complaint"}}}})
    assert not schema.is_valid({"duties": {"handle_complaint": DUTY | {"colour": "red"}}})
    assert not schema.is_valid({"duties": {"handle_complaint": {k: v for k, v in DUTY.items() if k != "clauses"}}})


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"clauses": []}, "name the clauses that this fulfils"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"title": {"zh": "处理"}}, "Field required"),
        ({"to": {}}, "say exactly one: the desk"),
        ({"to": {"desk": "workshop", "each": "department"}}, "say exactly one: the desk"),
        ({"steps": {"Sleep": {"clauses": ["P00-1"]}}}, "String should match pattern"),
    ],
)
def test_an_entry_that_says_too_little_or_too_much_is_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        Dispatch.model_validate({"duties": {"handle_complaint": DUTY | change}})


def test_own_practice_stands_for_clauses() -> None:
    own = DUTY | {"clauses": [], "own_practice": "The estate wants it so."}
    assert Dispatch.model_validate({"duties": {"handle_complaint": own}}).duties["handle_complaint"].own_practice


def test_a_limit_without_a_length_is_refused() -> None:
    with pytest.raises(ValidationError, match="say how long"):
        Limit.model_validate({name: value for name, value in LIMIT.items() if name != "length"})


def test_a_coverage_suggests_only_an_allowed_form() -> None:
    coverage = {
        "title": TEXT,
        "when": {},
        "share": 90,
        "within": "1 week",
        "desk": "customer_service",
        "form": "letter",
        "clauses": ["P00-4.6"],
    }
    with pytest.raises(ValidationError, match="coverage all suggests the form letter"):
        Callback.model_validate(
            {
                "coverage": {"all": coverage},
                "forms": {"telephone": {"title": TEXT, "clauses": ["P00-4.6"]}},
                "loop": {"marks": {"satisfied": "satisfied"}, "clauses": ["P00-4.8"]},
            }
        )


def test_intake_needs_a_way_in_a_register_and_an_end() -> None:
    with pytest.raises(ValidationError) as said:
        Intake.model_validate({})
    missing = {str(error["loc"][0]) for error in said.value.errors()}
    assert missing == {"channels", "registers", "kinds", "closes_when"}


def test_a_pack_need_not_ask_anybody() -> None:
    assert Surveys.model_validate({}).surveys == {}
