"""What is generated stands in the repository as it would be generated now, and keeps its promises."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from closeloop.contracts import generate
from closeloop.contracts.compatible import breaks
from closeloop.contracts.descriptions import models, modules, sentences
from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.examples import message, names
from closeloop.contracts.intake import CaseAssessed
from closeloop.contracts.loop import SERVICES, every_event
from closeloop.contracts.messages import schema_file
from closeloop.contracts.procedure import FILES, FOLDERS

FILES_THERE = dict(generate.generated())


@pytest.mark.parametrize("path", FILES_THERE, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_committed_file_is_the_generated_one(path: Path) -> None:
    assert path.read_text("utf-8") == FILES_THERE[path], "Run `make schemas`, look at the difference, commit both."


def test_no_file_is_left_over() -> None:
    there = {path for folder in ("schemas", "asyncapi") for path in (generate.HERE / folder).rglob("*.json")}
    assert there == set(FILES_THERE)


def test_nobody_who_speaks_the_committed_version_is_broken() -> None:
    assert generate.broken_promises() == []


def _changed(**changes: Any) -> dict[str, Any]:
    schema = copy.deepcopy(schema_file(DutyIssued))
    schema["properties"]["data"]["properties"] |= changes
    return schema


def test_a_new_optional_field_keeps_the_version() -> None:
    assert breaks(schema_file(DutyIssued), _changed(colour={"type": "string"})) == []


def test_a_lost_field_breaks_a_promise() -> None:
    later = _changed()
    del later["properties"]["data"]["properties"]["desk"]
    del later["$defs"]["CaseHeader"]["properties"]["number"]
    assert breaks(schema_file(DutyIssued), later) == ["data.desk is gone", "CaseHeader.number is gone"]


def test_a_field_made_required_or_optional_breaks_a_promise() -> None:
    later = _changed()
    later["properties"]["data"]["required"] = ["title"]
    assert "data.title is required and was not" in breaks(schema_file(DutyIssued), later)
    assert "data.desk was always there and may now be missing" in breaks(schema_file(DutyIssued), later)


def test_another_type_or_another_word_breaks_a_promise() -> None:
    later = _changed(rule={"type": "integer"})
    later["$defs"]["BasicKind"]["enum"].remove("praise")
    later["$defs"]["Audience"]["enum"].append("press")
    assert breaks(schema_file(DutyIssued), later) == [
        "data.rule holds something else than before",
        "Audience has the word press, which nobody knew",
        "BasicKind no longer knows the word praise",
    ]


def test_a_breaking_change_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "schemas").mkdir()
    earlier = json.dumps(_changed(colour={"type": "string"}))
    (tmp_path / "schemas" / "duty.issued.v1.json").write_text(earlier)
    monkeypatch.setattr(generate, "HERE", tmp_path)
    monkeypatch.setattr(generate, "README", tmp_path / "README.md")
    assert generate.main([]) == 1
    assert "duty.issued.v1: data.colour is gone; give it the next version instead." in capsys.readouterr().err
    assert (tmp_path / "schemas" / "duty.issued.v1.json").read_text() == earlier
    assert generate.main(["--unreleased"]) == 0
    assert (tmp_path / "asyncapi" / "dispatch.json").exists()


@pytest.mark.parametrize("name", names())
def test_every_example_fits_its_schema(name: str) -> None:
    told = json.loads(message(name))
    file = generate.HERE / "schemas" / f"{told['type'].removeprefix('closeloop.')}.json"
    Draft202012Validator(json.loads(file.read_text("utf-8"))).validate(told)


def test_a_schema_refuses_what_is_no_such_event() -> None:
    schema = Draft202012Validator(schema_file(CaseAssessed))
    assert not schema.is_valid(json.loads(message("plumber-is-needed-at-once")))


@pytest.mark.parametrize("path", [path for path in FILES_THERE if path.parent.name in ("schemas", "pack")], ids=str)
def test_every_schema_is_a_schema(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(FILES_THERE[path]))


@pytest.mark.parametrize("service", SERVICES)
def test_every_reference_of_a_document_leads_somewhere(service: str) -> None:
    document = json.loads(FILES_THERE[generate.HERE / "asyncapi" / f"{service}.json"])
    for reference in _references(document):
        found = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
    assert "{branch}" in next(iter(document["channels"].values()))["address"]
    assert all(message["examples"] for message in document["components"]["messages"].values())


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


@pytest.mark.parametrize("model", models().values(), ids=lambda model: model.__name__)
def test_every_field_has_its_sentence(model: type[BaseModel]) -> None:
    assert set(model.model_fields) <= set(sentences(model))


def test_every_model_of_a_schema_is_known_by_its_name() -> None:
    schemas = [schema_file(event) for event in every_event()]
    schemas += [part.model_json_schema() for part in (*FILES.values(), *FOLDERS.values())]
    inner = {name for schema in schemas for name, found in schema.get("$defs", {}).items() if "properties" in found}
    assert inner <= set(models())


def test_a_name_means_one_model() -> None:
    here = [thing for module in modules() for thing in vars(module).values() if isinstance(thing, type)]
    ours = {thing for thing in here if issubclass(thing, BaseModel) and thing.__module__.startswith("closeloop.")}
    assert len(ours) == len({thing.__name__ for thing in ours})
