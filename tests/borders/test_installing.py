"""`make` installs from the locks, only when something changed, and says what it cannot do."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest

HOME = Path(__file__).resolve().parents[2]


@pytest.fixture
def install(tmp_path):
    """The installer, standing in a house of its own with one distribution."""
    spec = importlib.util.spec_from_file_location("install", HOME / "deploy" / "install.py")
    assert spec
    assert spec.loader
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.HOME, module.VENV = tmp_path, tmp_path / ".venv"
    module.PYTHON = module.VENV / "bin" / "python"
    for lock in ("requirements-setup.lock", "requirements.lock", "requirements-dev.lock"):
        (tmp_path / lock).write_text("a==1\n")
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "pyproject.toml").write_text("[project]\n")
    return module


@pytest.mark.parametrize("found", [(3, 9), (3, 10), (3, 14)])
def test_another_python_is_refused_with_the_way_out(install, found):
    with pytest.raises(
        SystemExit, match=rf"needs Python 3.11, 3.12 or 3.13; this is 3.{found[1]}. Name another one: make"
    ):
        install.refuse_other_pythons(found)


@pytest.mark.parametrize("found", [(3, 11), (3, 12), (3, 13)])
def test_these_pythons_will_do(install, found):
    install.refuse_other_pythons(found)


def test_a_python_without_venv_is_told_the_package(install, monkeypatch):
    monkeypatch.setattr(install.sys, "executable", "/bin/false")
    with pytest.raises(SystemExit, match="install the package python3-venv"):
        install.make_venv()


def test_it_installs_when_a_lock_or_a_distribution_changed_and_not_again(install, monkeypatch):
    installed = []
    monkeypatch.setattr(install, "make_venv", lambda: (install.VENV / "bin").mkdir(parents=True, exist_ok=True))

    def installs(lock: str) -> None:
        install.PYTHON.touch()
        installed.append(lock)

    monkeypatch.setattr(install, "install", installs)
    install.main("run")
    install.main("run")
    assert installed == ["requirements.lock"]
    install.main("test")
    install.main("test")
    install.main("run")
    assert installed == ["requirements.lock", "requirements-dev.lock"]
    (install.HOME / "contracts" / "pyproject.toml").write_text("[project]\nname='changed'\n")
    install.main("run")
    (install.HOME / "requirements.lock").write_text("a==2\n")
    install.main("run")
    assert installed[2:] == ["requirements.lock", "requirements.lock"]


def test_what_cannot_be_installed_is_said_and_tried_again_next_time(install, monkeypatch):
    monkeypatch.setattr(install, "make_venv", lambda: (install.VENV / "bin").mkdir(parents=True, exist_ok=True))
    monkeypatch.setattr(install, "run", lambda *words: False)
    for _attempt in range(2):
        with pytest.raises(SystemExit, match="requirements-setup.lock could not be installed"):
            install.main("run")
    assert not list(install.VENV.glob("installed-*"))
