"""The words of stats: every sentence is there in Chinese, and every thing that is counted has a name."""

import re
from pathlib import Path

import closeloop.stats
from closeloop.chassis.i18n import entries_of, in_chinese
from closeloop.contracts.procedure.stats import Count, Counted
from closeloop.stats.tables import CASES, SHEETS
from closeloop.stats.words import COUNTED, about, says

HERE = Path(closeloop.stats.__file__).parent
SAID = re.compile(r"""\b_\(\s*(["'])(.+?)\1""")


def test_every_sentence_is_there_in_chinese():
    files = [*HERE.glob("*.py"), *HERE.glob("templates/**/*.html")]
    said = {found[1] for file in files for found in SAID.findall(file.read_text())}
    assert len(said) > 50
    assert said <= set(in_chinese())
    assert set(entries_of(HERE / "locale/zh_CN/LC_MESSAGES/messages.po")) <= said


def test_everything_that_a_procedure_may_count_can_be_counted_and_has_a_name():
    assert set(CASES.amounts) | set(SHEETS.amounts) == set(Counted) == set(COUNTED)


def test_what_is_counted_is_said_as_a_formula():
    count = Count(of=(Counted.CASES_HANDLED,))
    assert says(count, (Counted.CASES_EXEMPTED,)) == {
        "zh": "已处理事项 − 免回访事项",
        "en": "cases handled − cases exempted from callback",
    }


def test_what_an_occasion_hangs_on_is_said_in_words():
    assert about("duty:1:return") == {"zh": "任务 1 return", "en": "Duty 1 return"}
    assert about("somewhere")["zh"] == "somewhere"
