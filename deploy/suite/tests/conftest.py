"""A small file of cases with its mapping, on the installed procedure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

REAL = Path(__file__).resolve().parents[3] / "procedures" / "property-centre" / "data"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The mapping and the organisation of the real file, to be spoilt by a test, and three cases of it."""
    for name in ("tainan1999.yaml", "organisation.yaml"):
        shutil.copy(REAL / name, tmp_path)
    with (REAL / "tainan1999_cases_2019.csv").open(encoding="utf-8") as whole:
        lines = [next(whole) for _ in range(4)]
    (tmp_path / "cases.csv").write_text("".join(lines), encoding="utf-8")
    return tmp_path
