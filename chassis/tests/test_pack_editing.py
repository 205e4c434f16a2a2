"""The JSON Schema of the files of a pack: packs fit it, and what lint could not even read does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from closeloop.chassis.packs import installed_packs
from closeloop.chassis.packs.command import procedures
from closeloop.chassis.packs.editing import schema_of
from closeloop.chassis.packs.written import read_written
from closeloop.contracts.procedure import FILES, FOLDERS

INVENTED = Path(__file__).parent / "packs" / "P00"
FOLDERS_OF_PACKS = [INVENTED, *(folder for _name, folder in installed_packs())]


def files_of(folder: Path):
    """Every file of a pack with the name of its schema."""
    for name in FILES:
        if (file := folder / f"{name}.yaml").exists():
            yield name, file
    for name in FOLDERS:
        for file in sorted((folder / name).glob("*.yaml")):
            yield name, file


@pytest.mark.parametrize("folder", FOLDERS_OF_PACKS, ids=lambda folder: folder.name)
def test_every_file_of_a_pack_fits_the_schema_of_its_name(folder):
    validators = {name: Draft202012Validator(schema_of(name)) for name in (*FILES, *FOLDERS)}
    for name, file in files_of(folder):
        found = [
            f"{file.name}: {'.'.join(map(str, one.absolute_path))}: {one.message[:200]}"
            for one in validators[name].iter_errors(read_written(file, file.name).content)
        ]
        assert found == []


@pytest.mark.parametrize(
    "name, written",
    [
        ("intake", {"chanels": {}}),
        ("dispatch", {"duties": {"answer": {"title": {"zh": "答复"}}}}),
        ("dispatch", {"duties": {}, "limits": {"answer": {"length": "two days"}}}),
    ],
)
def test_what_does_not_fit_is_found(name, written):
    assert list(Draft202012Validator(schema_of(name)).iter_errors(written))


def test_the_command_writes_one_schema_for_each_file_and_folder(tmp_path):
    said = CliRunner().invoke(procedures, ["schemas", str(tmp_path / "schemas")])
    written = list((tmp_path / "schemas").iterdir())
    assert said.exit_code == 0 and "yaml-language-server: $schema=intake.schema.json" in said.output
    assert {file.name for file in written} == {f"{name}.schema.json" for name in (*FILES, *FOLDERS)}
    assert all("$schema" in json.loads(file.read_text(encoding="utf-8")) for file in written)


@pytest.mark.parametrize("name", [*FILES, *FOLDERS])
def test_every_key_of_every_file_is_shown_with_its_meaning(name):
    said = CliRunner().invoke(procedures, ["keys", name])
    assert said.exit_code == 0
    lines = said.output.splitlines()
    keys = [i for i, line in enumerate(lines) if line.startswith("  ") and line[2] != " " and ": " in line]
    assert keys
    assert [lines[i] for i in keys if "or   own_practice" not in lines[i] and not lines[i + 1].strip()] == []


def test_a_file_that_no_pack_has_is_answered_with_the_nearest():
    said = CliRunner().invoke(procedures, ["keys", "dispach"])
    assert (said.exit_code, "did you mean 'dispatch'?" in said.output) == (2, True)
