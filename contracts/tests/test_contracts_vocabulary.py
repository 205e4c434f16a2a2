"""The words that all share have names in both languages."""

import inspect
from enum import StrEnum

import pytest
from pydantic import ValidationError

from closeloop.contracts import vocabulary
from closeloop.contracts.personal import Audience
from closeloop.contracts.vocabulary import BasicKind, CaseStatus, SurveyState, Text, label, labels

WORDS = [
    thing
    for _, thing in inspect.getmembers(vocabulary, inspect.isclass)
    if issubclass(thing, StrEnum) and thing is not StrEnum
]


@pytest.mark.parametrize("words", [*WORDS, Audience], ids=lambda words: words.__name__)
def test_every_word_has_a_name_in_both_languages(words: type[StrEnum]) -> None:
    assert set(labels[words]) == {word.value for word in words}
    assert all(label(word).zh != label(word).en for word in words)


def test_the_same_code_may_have_another_name_elsewhere() -> None:
    assert label(CaseStatus.CLOSED).zh == "已关闭"
    assert label(SurveyState.CLOSED).zh == "已结束"


def test_there_are_seven_basic_kinds() -> None:
    assert len(BasicKind) == 7


def test_a_text_has_both_languages() -> None:
    assert Text(zh="投诉", en="Complaint").in_("en-GB") == "Complaint"
    assert Text(zh="投诉", en="Complaint").in_("zh-CN") == "投诉"
    with pytest.raises(ValidationError):
        Text.model_validate({"zh": "投诉"})
