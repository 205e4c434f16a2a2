"""Numbers that survive the telephone, telephone numbers, columns of the register, and marks of a round."""

from datetime import UTC, datetime

import pytest

from closeloop.contracts.procedure.fact import FormField
from closeloop.contracts.procedure.intake import Register
from closeloop.intake.fields import fitting
from closeloop.intake.model import Mark, standing
from closeloop.intake.numbers import LETTERS, check_of, is_sound, number_of, period_of
from closeloop.intake.phones import phone_of

AT = datetime(2025, 12, 31, 17, 0, tzinfo=UTC)  # one o'clock on New Year's morning in Shanghai


def a_register(numbers: str = "year") -> Register:
    title = {"zh": "登记表", "en": "Register"}
    return Register.model_validate(
        {"title": title, "form": "sheet", "prefix": "QR-022", "numbers": numbers, "desk": "front", "own_practice": "-"}
    )


@pytest.mark.parametrize(("numbers", "period"), [("year", "2026"), ("month", "202601"), ("running", "")])
def test_numbers_begin_again_in_the_places_own_time(numbers, period):
    assert period_of(a_register(numbers), AT) == period


def test_a_number_names_register_year_and_serial_number_and_ends_in_its_check_character():
    number = number_of(a_register(), "2026", 417)
    assert number.startswith("QR-022-2026-00417-")
    assert is_sound(number)
    assert not set("01IOZ") & set(LETTERS)


def test_numbers_of_branches_never_meet():
    register = a_register()
    branches = ("main", "north", "south", "east", "west")
    numbers = {number_of(register, "2026", serial, branch) for branch in branches for serial in range(20_000)}
    assert len(numbers) == 100_000


def test_a_wrong_digit_and_two_that_change_places_are_noticed():
    number = number_of(a_register(), "2026", 40917)
    plain = number[:-2]
    for at, digit in enumerate(plain):
        for other in "0123456789":
            if digit.isdigit() and other != digit:
                assert not is_sound(f"{plain[:at]}{other}{plain[at + 1 :]}-{number[-1]}")
    for at in range(len(plain) - 1):
        one, other = plain[at], plain[at + 1]
        if one.isdigit() and other.isdigit() and one != other:
            assert check_of(f"{plain[:at]}{other}{one}{plain[at + 2 :]}") != number[-1]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("13800000001", "+8613800000001"),
        ("+86 138-0000-0001", "+8613800000001"),
        ("0086 138 0000 0001", "+8613800000001"),
        ("１３８０００００００１", "+8613800000001"),
        ("010-62781234", "+861062781234"),
        ("（0755）8888 8888", "+8675588888888"),
        ("12345", "12345"),
        ("400-800-1234", "4008001234"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_telephone_number_is_kept_in_international_form(written, kept):
    assert phone_of(written) == kept


@pytest.mark.parametrize("written", ["", "call me", "1380000000", "13800000001234", "+999 12", "12345678901234567890"])
def test_what_is_no_telephone_number_is_said_to_be_none(written):
    with pytest.raises(ValueError, match="not a telephone number"):
        phone_of(written)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", " a ", "a"),
        ("number", "3", 3),
        ("number", 2.5, 2.5),
        ("truth", "yes", True),
        ("truth", False, False),
        ("day", "2026-01-05", "2026-01-05"),
        ("moment", "2026-01-05T09:30:00+08:00", "2026-01-05T09:30:00+08:00"),
        ("choice", "red", "red"),
        ("choices", ["red"], ["red"]),
    ],
)
def test_a_column_takes_what_it_is_for(kind, value, kept):
    assert fitting(a_field(kind), value) == kept


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("text", 3),
        ("text", "x" * 501),
        ("long_text", "x" * 10_001),
        ("text", "a\x00b"),
        ("number", "three"),
        ("number", True),
        ("number", float("nan")),
        ("number", "1e400"),
        ("truth", "perhaps"),
        ("truth", 1),
        ("day", "05.01.2026"),
        ("moment", "2026-01-05T09:30:00"),
        ("moment", 3),
        ("choice", "green"),
        ("choice", ["red"]),
        ("choices", "red"),
        ("signature", "x"),
    ],
)
def test_a_column_turns_away_what_does_not_fit(kind, value):
    with pytest.raises(ValueError, match=r"\."):
        fitting(a_field(kind), value)


def test_a_mark_of_several_services_stands_only_if_all_agree():
    def said(mark: str, by: str, is_set: bool, round_: int = 2) -> Mark:
        return Mark(f"{mark}{by}{round_}", "case", round_, mark, by, is_set, AT, by)

    marks = [
        said("settled", "dispatch", True),
        said("settled", "callback", False),
        said("handled", "dispatch", True),
        said("handled", "x", False, 1),
    ]
    assert standing(marks, 2) == {"settled": False, "handled": True}


def a_field(kind: str) -> FormField:
    title = {"zh": "栏", "en": "Column"}
    return FormField.model_validate({"title": title, "type": kind, "choices": {"red": {"title": title}}})
