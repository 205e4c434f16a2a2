"""services → chassis → contracts: the linter keeps it, and is seen here to fail when somebody breaks it."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
DISTRIBUTIONS = sorted(
    file.parent
    for place in ("contracts", "chassis", "services/*", "connectors/*", "deploy/*", "procedures/*")
    for file in HOME.glob(f"{place}/pyproject.toml")
)


def lint(home: Path) -> subprocess.CompletedProcess[str]:
    """What `make check` does for the borders, on the sources below this folder."""
    sources = os.pathsep.join(str(home / folder.relative_to(HOME)) for folder in DISTRIBUTIONS)
    code = "import sys; from importlinter.cli import lint_imports_command as lint; sys.argv[0] = 'lint-imports'; lint()"
    return subprocess.run(
        [sys.executable, "-c", code, "--no-cache", "--config", str(HOME / "pyproject.toml")],
        cwd=home,
        env={**os.environ, "PYTHONPATH": sources},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def a_copy(tmp_path):
    for folder in DISTRIBUTIONS:
        shutil.copytree(
            folder, tmp_path / folder.relative_to(HOME), ignore=shutil.ignore_patterns("tests", "__pycache__")
        )
    return tmp_path


def test_imports_point_one_way(a_copy):
    done = lint(a_copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("services/callback/closeloop/callback/planted.py", "import closeloop.dispatch"),
        ("chassis/closeloop/chassis/planted.py", "import closeloop.intake"),
        ("contracts/closeloop/contracts/planted.py", "import closeloop.chassis"),
        ("services/stats/closeloop/stats/planted.py", "import closeloop.suite"),
        ("services/dispatch/closeloop/dispatch/planted.py", "import closeloop_property_centre"),
        ("services/intake/closeloop/intake/planted.py", "import closeloop.mail"),
        ("connectors/chat/closeloop/chat/planted.py", "import closeloop.dispatch"),
        ("chassis/closeloop/chassis/planted.py", "import closeloop.xlsx"),
    ],
)
def test_a_planted_import_is_found(a_copy, file, line):
    (a_copy / file).write_text(f"{line}\n")
    done = lint(a_copy)
    assert done.returncode == 1
    assert "planted ->" in done.stdout
    assert line.split()[1] in done.stdout


def imported_by(folder: Path) -> set[str]:
    """The first words of everything that the modules below this folder import."""
    found: set[str] = set()
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(node.module or "")
    return found


def foreign(names: set[str], allowed: tuple[str, ...]) -> set[str]:
    """What is neither Python's own nor allowed."""
    return {
        name
        for name in names
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == known or name.startswith(f"{known}.") for known in allowed)
    }


def test_contracts_need_pydantic_only():
    allowed = ("pydantic", "pydantic_core", "closeloop.contracts")
    assert not foreign(imported_by(HOME / "contracts" / "closeloop"), allowed)


def test_a_packs_python_needs_contracts_only():
    for pack in HOME.glob("procedures/*/pyproject.toml"):
        package = "closeloop_" + pack.parent.name.replace("-", "_")
        code = pack.parent / package if (pack.parent / package).is_dir() else pack.parent
        sources = {name for name in imported_by(code) if "tests" not in name}
        assert not foreign(sources, ("pydantic", "closeloop.contracts", package)), pack


def test_what_is_foreign_is_found(tmp_path):
    (tmp_path / "planted.py").write_text("import json\nfrom sqlalchemy import select\nimport closeloop.chassis.rows\n")
    assert foreign(imported_by(tmp_path), ("pydantic", "closeloop.contracts")) == {
        "sqlalchemy",
        "closeloop.chassis.rows",
    }
