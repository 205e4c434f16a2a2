"""Sentences in two languages, and the catalogue that keeps them together."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from starlette.requests import Request

import closeloop.chassis
from closeloop.chassis.catalogue import bring_up_to_date, catalogue_file, faults_of
from closeloop.chassis.i18n import Sentence, _, day, duration, language_of, moment

CHASSIS = Path(closeloop.chassis.__file__).parent


def a_request(query: str = "", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": raw})


def test_a_sentence_is_said_in_the_language_of_the_reader():
    refusal = _("Please write at least {count} characters.", count=2)
    assert refusal.en == "Please write at least 2 characters."
    assert refusal.zh == "请至少填写 2 个字符。"
    assert refusal.texts == {"zh": refusal.zh, "en": refusal.en}


def test_sentences_are_equal_if_they_say_the_same_in_both_languages():
    assert _("This must be at least {limit}.", limit=1) == _("This must be at least {limit}.", limit=1)
    assert _("This must be at least {limit}.", limit=1) != _("This must be at least {limit}.", limit=2)
    assert len({_("Not found"), _("Not found")}) == 1


def test_values_of_a_sentence_are_said_in_its_language_too():
    desk = {"zh": "前台", "en": "Front desk"}
    sentence = Sentence("{desk}, {inner}, {on}", {"desk": desk, "inner": _("Not found"), "on": date(2026, 1, 5)})
    assert sentence.en == "Front desk, Not found, 5 Jan 2026"
    assert sentence.zh == "前台, 未找到, 2026年1月5日"


def test_braces_that_a_customer_wrote_are_left_alone():
    assert Sentence("{said}", {"said": "{0.__class__}"}).en == "{0.__class__}"


def test_moments_days_and_durations_are_written_as_people_write_them():
    at = datetime(2026, 1, 5, 1, 30, tzinfo=UTC)
    assert moment(at, "zh") == "2026年1月5日 09:30"
    assert moment(at, "en") == "5 Jan 2026, 09:30"
    assert day(date(2026, 1, 5), "zh") == "2026年1月5日"
    assert duration(timedelta(hours=3), "zh") == "3小时"
    assert duration(timedelta(hours=3), "en") == "3 hours"
    assert duration(timedelta(minutes=-20), "en", direction=True) == "20 minutes ago"


@pytest.mark.parametrize(
    ("query", "headers", "language"),
    [
        ("lang=en", {"cookie": "lang=zh", "accept_language": "zh"}, "en"),
        ("lang=xx", {"cookie": "lang=en", "accept_language": "zh"}, "en"),
        ("", {"accept_language": "en-GB,en;q=0.8,zh;q=0.9"}, "en"),
        ("", {"accept_language": "de, zh-TW;q=0.9, en;q=0.5"}, "zh"),
        ("", {"accept_language": "fr;q=bad, ;;;"}, "zh"),
        ("", {}, "zh"),
    ],
)
def test_the_language_is_asked_for_chosen_before_or_told_by_the_browser(query, headers, language):
    assert language_of(a_request(query, **headers)) == language


def test_every_sentence_of_the_chassis_has_its_chinese_and_none_is_stale():
    assert faults_of(CHASSIS) == []


def test_a_catalogue_that_lags_behind_says_what_is_missing(tmp_path):
    (tmp_path / "model.py").write_text('_("This duty is on the desk of {desk}.", desk=1)\n', encoding="utf-8")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "desk.html").write_text('{{ _("My duties") }}', encoding="utf-8")
    file = catalogue_file(tmp_path)
    file.parent.mkdir(parents=True)
    file.write_text('msgid "Gone"\nmsgstr "没了"\n\nmsgid "My duties"\nmsgstr "我的{x}"\n', encoding="utf-8")
    assert faults_of(tmp_path) == [
        "model.py: no Chinese for 'This duty is on the desk of {desk}.'",
        "messages.po: nothing says 'Gone' any more",
        "messages.po: the blanks of 'My duties' and '我的{x}' differ",
    ]
    assert bring_up_to_date(tmp_path) == 1
    assert "Gone" not in file.read_text(encoding="utf-8")
    assert "我的{x}" in file.read_text(encoding="utf-8")
