"""`closeloop doctor`: every installed connector with its sentence, and what keeps one from working."""

from __future__ import annotations

from importlib.metadata import EntryPoint

import pytest
from typer.testing import CliRunner

from closeloop.chassis.command import with_every_command
from closeloop.chassis.connectors import finding
from closeloop.chassis.connectors.finding import Connectors, find_connectors
from closeloop.chassis.connectors.hooks import GROUPS
from closeloop.chassis.i18n import Sentence

HERE = __name__


class Pigeon:
    """Carries letters by pigeon."""

    repeats_safely = True

    def lacks(self) -> Sentence | None:
        return Sentence("Set CLOSELOOP_PIGEON_LOFT.")

    def takes(self, goes_to: str) -> bool:
        return True

    async def carry(self, letter: object) -> None:
        raise NotImplementedError


class Stone:
    """Is no export at all."""


@pytest.fixture
def installed(monkeypatch):
    def install(**names: str) -> None:
        def points(group: str) -> list[EntryPoint]:
            return [
                EntryPoint(name, value, group) for name, value in names.items() if group.endswith(value.split("#")[1])
            ]

        def as_point(point: EntryPoint) -> EntryPoint:
            return EntryPoint(point.name, point.value.split("#")[0], point.group)

        monkeypatch.setattr(finding, "entry_points", lambda group: [as_point(point) for point in points(group)])

    return install


def said(*words: str) -> tuple[int, str]:
    done = CliRunner(env={"LANG": "en_GB.UTF-8", "LC_ALL": "en_GB.UTF-8"}).invoke(
        with_every_command(), ["doctor", *words]
    )
    return done.exit_code, done.output


def test_what_is_not_set_up_is_said_and_is_not_wrong(installed, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, HERE, __import__("sys").modules[__name__])
    installed(pigeon=f"{HERE}:Pigeon#channels")
    code, output = said("--data", str(tmp_path))
    assert code == 0, output
    assert "pigeon (? ?): Carries letters by pigeon. [Set CLOSELOOP_PIGEON_LOFT.]" in output
    assert "Notifiers: -" in output and "Exports: -" in output
    assert Connectors.of(find_connectors()).channels == {}


def test_what_cannot_be_loaded_or_is_another_thing_is_wrong(installed, tmp_path):
    installed(dove="nowhere.to_be_found:Dove#channels", stone=f"{HERE}:Stone#exports")
    code, output = said("--data", str(tmp_path))
    assert code == 1
    assert "dove" in output and "ModuleNotFoundError" in output
    assert "stone" in output and "It is not a Export" in output
    assert not Connectors.of(find_connectors()).carry


def test_services_and_procedures_are_named(tmp_path):
    code, output = said("--data", str(tmp_path / "none"))
    assert code == 0, output
    assert "Services: " in output and "PDF: " in output and "It is made at the first start." in output


def test_every_kind_of_connector_has_a_group_of_entry_points():
    assert set(GROUPS) == {"channels", "notifiers", "exports"}
    assert all(group.startswith("closeloop.") for group in GROUPS.values())
