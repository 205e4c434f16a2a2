"""What can be set, how a wrong value is told, and the page about it."""

from pathlib import Path

import pytest

from closeloop.chassis.settings import read_settings, the_page

PAGE = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    for name in ("PORT", "DATA", "DATABASE_URL", "BRANCH", "LOG", "CLOCK", "KEYS"):
        monkeypatch.delenv(f"CLOSELOOP_{name}", raising=False)


def test_the_page_about_settings_is_what_the_settings_say():
    assert PAGE.read_text(encoding="utf-8") == the_page(), "run: python -m closeloop.chassis.settings docs/settings.md"


def test_a_flag_goes_before_the_environment_and_the_environment_before_the_ordinary(monkeypatch):
    assert read_settings().port == 8300
    monkeypatch.setenv("CLOSELOOP_PORT", "0")
    assert read_settings(port=None).port == 0
    assert read_settings(port=8301).port == 8301


def test_each_service_has_a_database_of_its_own(tmp_path):
    alone = read_settings(data=tmp_path)
    assert alone.database_of("dispatch") == f"sqlite+aiosqlite:///{tmp_path}/dispatch.db"
    shared = read_settings(database_url="postgresql://closeloop@db/closeloop_{service}")
    assert shared.database_of("survey") == "postgresql+asyncpg://closeloop@db/closeloop_survey"


@pytest.mark.parametrize(
    ("name", "value"),
    [("PORT", "abc"), ("PORT", "70000"), ("CLOCK", "2026-01-05T09:00"), ("LOG", "loud"), ("BRANCH", "Two Words")],
)
def test_a_wrong_value_is_one_sentence_and_exit_code_2(monkeypatch, capsys, name, value):
    monkeypatch.setenv(f"CLOSELOOP_{name}", value)
    with pytest.raises(SystemExit) as stopped:
        read_settings()
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"CLOSELOOP_{name} {value!r} is wrong: ")
    assert said.count("\n") == 1


def test_a_wrong_flag_is_named_as_a_flag(capsys):
    with pytest.raises(SystemExit):
        read_settings(session_hours=-1)
    assert capsys.readouterr().err.startswith("--session-hours -1 is wrong: ")


def test_a_password_is_never_shown(monkeypatch):
    assert "geheim" not in repr(read_settings(nats_password="geheim", database_url="postgresql://a:geheim@b/c"))
