"""Guidance is shown at steps that are there: those of every procedure, of a duty of one's own, at a telling."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from closeloop.chassis.packs import lint

INVENTED = Path(__file__).parent / "packs" / "P00"


@pytest.mark.parametrize(
    ("step", "said"), [("tell", ""), ("register", ""), ("finsih", "There is no step 'finsih': did you mean 'finish'?")]
)
def test_a_text_that_nobody_would_ever_see_is_a_fault(tmp_path, step, said):
    folder = Path(shutil.copytree(INVENTED, tmp_path / "P00"))
    text = f"guidance:\n  smile: {{text: {{zh: 微笑, en: Smile}}, at: [{step}], own_practice: To try it.}}\n"
    (folder / "guidance.yaml").write_text(text, encoding="utf-8")
    found = "\n".join(line for line in lint(folder).lines() if "guidance" in line)
    assert said in found if said else found == ""
