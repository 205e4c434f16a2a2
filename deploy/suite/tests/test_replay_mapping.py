"""A row of a file becomes a case as the mapping says, and what is wrong with either is one sentence."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from closeloop.chassis.packs import load_pack
from closeloop.suite.replay.cases import read_cases
from closeloop.suite.replay.chance import Chance
from closeloop.suite.replay.house import organisation_of
from closeloop.suite.replay.mapping import Mapping, check, read_mapping
from closeloop.suite.replay.refusing import CannotReplay

SEED = Chance("1")
PROCEDURE = "P03"
ALL = 14_087


def row_of(mapping: Mapping, folder: Path, **columns: str):
    """The only row of a file that has these columns."""
    whole = dict.fromkeys(sorted(mapping.columns_named()), "") | {
        "case_no": "UN1",
        "created_at": "2019-03-01T10:00:00+08:00",
        "description": "永康區中華路 違停",
        "district": "永康區",
    }
    with (folder / "one.csv").open("w", encoding="utf-8", newline="") as out:
        table = csv.DictWriter(out, whole | columns)
        table.writeheader()
        table.writerow(whole | columns)
    [row] = read_cases(folder / "one.csv", mapping, SEED)
    return row


def read_everything(folder: Path) -> None:
    """What a replay reads before it begins."""
    file = folder / "tainan1999.yaml"
    mapping = read_mapping(file)
    check(mapping, file, load_pack(PROCEDURE), organisation_of(folder / "organisation.yaml"))
    read_cases(folder / "cases.csv", mapping, SEED)


@pytest.fixture
def mapping(folder: Path) -> Mapping:
    return read_mapping(folder / "tainan1999.yaml")


def test_service_and_subject_say_the_kind_the_place_and_who_is_responsible(mapping, folder):
    lamp = row_of(mapping, folder, service="路燈故障", subject="9盞以下路燈故障")
    assert (lamp.rule.kind, lamp.rule.facets["trade"], lamp.rule.facets["cause"]) == (
        "repair",
        "electrical",
        "lighting",
    )
    parked = row_of(mapping, folder, service="違規停車", subject="違規停車")
    assert (parked.rule.kind, parked.rule.facets["responsible_department"]) == ("complaint", "security")
    assert parked.brought(SEED, PROCEDURE)["place"] == "yongkang"


def test_where_columns_are_empty_the_words_speak(mapping, folder):
    nameless = row_of(mapping, folder, district="", description="新營區中山路的北門路口 路燈不亮")
    assert nameless.rule.kind == "repair"
    assert nameless.brought(SEED, PROCEDURE)["place"] == "xinying"  # the name that stands first
    assert row_of(mapping, folder, district="", description="某處").brought(SEED, PROCEDURE)["place"] == "zhongxi"


def test_customers_are_invented_and_clearly_so(mapping, folder):
    rows = [row_of(mapping, folder, case_no=f"UN{n}") for n in range(60)]
    brought = [row.brought(SEED, PROCEDURE) for row in rows]
    phones = [said["customer"]["phone"] for said in brought if "phone" in said.get("customer", {})]
    assert phones and all(phone.startswith("1380000") for phone in phones)
    assert any(said.get("anonymous") for said in brought)
    assert any(said.get("wants_callback") is False for said in brought)
    assert [row.brought(SEED, PROCEDURE) for row in rows] == brought
    assert [row.brought(Chance("2"), PROCEDURE) for row in rows] != brought


def test_the_real_file_fits_the_procedure_and_its_organisation(mapping, folder):
    real = Path(__file__).resolve().parents[3] / "procedures" / "property-centre" / "data"
    check(mapping, folder, load_pack(PROCEDURE), organisation_of(real / "organisation.yaml"))
    rows = read_cases(real / "tainan1999_cases_2019.csv", mapping, SEED)
    assert len(rows) == ALL
    assert {row.rule.kind for row in rows} == {"complaint", "repair", "opinion", "suggestion"}
    assert len({row.brought(SEED, PROCEDURE)["place"] for row in rows}) == 37


@pytest.mark.parametrize(
    ("instead_of", "written", "named"),
    [
        ("content: description", "content: what", "no column what"),
        ("kind: suggestion", "kind: whim", "whim"),
        ("cause: traffic", "cause: weather", "weather"),
        ("永康區: yongkang", "永康區: nowhere", "nowhere"),
        ("telephone: 82", "pigeon: 82", "pigeon"),
        ("  desk: {hours", "  butler: {hours", "butler"),
        ("fields: {location: address}", "fields: {colour: address}", "colour"),
        ("organisation: organisation.yaml", "organisations: x", "organisation"),
        ("places:", "places: [", "line"),
    ],
)
def test_what_a_mapping_names_has_to_be_there(folder, instead_of, written, named):
    file = folder / "tainan1999.yaml"
    spoilt = file.read_text(encoding="utf-8").replace(instead_of, written)
    file.write_text(spoilt, encoding="utf-8")
    with pytest.raises(CannotReplay) as refused:
        read_everything(folder)
    assert named in refused.value.sentence.en and refused.value.code == 2
    assert "\n" not in refused.value.sentence.en and refused.value.sentence.zh != refused.value.sentence.en


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"", "no column"),
        (b"case_no,created_at,district,service,subject,description,address\n", "no case"),
        (b"\xff\xfe", "UTF-8"),
        (b"case_no,created_at,district,service,subject,description,address\n1,yesterday,,,,,\n", "line 2"),
        (b"case_no,created_at,district,service,subject,description,address\n1,2019-01-01T00:00:00,,,,,\n", "line 2"),
        (b"case_no,created_at,district,service,subject,description,address\n1,2019-01-01\n", "line 2"),
        (
            b"case_no,created_at,district,service,subject,description,address\n"
            b"1,2019-01-01T00:00:00+08:00,,,,,\n1,2019-01-01T00:00:01+08:00,,,,,\n",
            "twice",
        ),
    ],
)
def test_a_file_that_holds_no_cases_is_said(folder, content, named):
    (folder / "cases.csv").write_bytes(content)
    with pytest.raises(CannotReplay) as refused:
        read_cases(folder / "cases.csv", read_mapping(folder / "tainan1999.yaml"), SEED)
    assert named in refused.value.sentence.en


def test_a_file_that_is_not_there_is_said(folder):
    for read in (lambda: read_mapping(folder / "none.yaml"), lambda: organisation_of(folder / "none.yaml")):
        with pytest.raises(CannotReplay) as refused:
            read()
        assert "none.yaml" in refused.value.sentence.en
