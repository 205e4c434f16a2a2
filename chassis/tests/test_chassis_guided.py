"""Guidance is judged at every action of a person: shown, left out, or to be confirmed first."""

import json
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.acting import acts
from closeloop.chassis.guided import guided
from closeloop.chassis.hearing import Hears
from closeloop.chassis.packs import Pack, load_pack
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.keys import keys_in
from closeloop.chassis.refusals import Refused
from closeloop.chassis.service import Service
from closeloop.chassis.work import Work
from closeloop.contracts.every import AttemptRefused

HERE = Path(__file__).parent


@acts
def talk(work: Work, facts: dict[str, Any], named: list[str], later: bool = False) -> None:
    work.judge(guided(work, work.pack("P00"), "register", facts, named, of="case", entered_later=later))


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], Hears())


@pytest.fixture
def people(tmp_path: Path) -> People:
    return People(load_organisation(HERE / "signing" / "organisation.yaml"), keys_in(tmp_path / "keys"))


@pytest.fixture
def pack() -> Pack:
    written = json.loads(load_pack(HERE / "packs" / "P00").canonical)
    text = {"zh": "请微笑", "en": "Smile"}
    by_phone = {"channel": {"is": "telephone"}}
    written["guidance"] = {
        "guidance": {
            "smile": {"text": text, "at": ["register"], "clauses": ["P00-1"]},
            "voice": {"text": text, "at": ["register"], "when": by_phone, "clauses": ["P00-2"]},
            "later": {"text": text, "at": ["finish"], "clauses": ["P00-3"]},
        }
    }
    return Pack.from_json(json.dumps(written, ensure_ascii=False))


@pytest.fixture
def ends(house, published):
    async def of(facts: dict[str, Any], named: list[str], *, by: str | None = "desk-1", later: bool = False) -> Any:
        await house.do(talk, facts, named, later, by=by, key="case-1", new=True)
        return {one.clause[4:]: str(one.end) for event in await published() for one in event.occasions}

    return of


async def test_what_the_action_names_was_shown_and_what_it_does_not_name_is_breached(ends):
    assert await ends({"channel": "telephone"}, ["smile"]) == {"1": "shown", "2": "breached"}


async def test_what_certainly_does_not_apply_is_not_due(ends):
    assert await ends({"channel": "mail"}, ["smile", "voice"]) == {"1": "shown"}


async def test_what_may_apply_is_in_sight_but_nobody_is_blamed_for_it(ends, pack):
    assert [text.name for text in pack.guidance.at("register", {})] == ["smile", "voice"]
    assert await ends({}, []) == {"1": "breached"}


async def test_where_nobody_of_the_house_acts_no_text_is_due(ends):
    assert await ends({"channel": "telephone"}, [], by=None) == {}


async def test_paper_that_is_entered_later_breaches_nothing(ends):
    assert await ends({"channel": "telephone"}, ["smile"], later=True) == {"1": "shown"}


class TestConfirmed:
    @pytest.fixture
    def pack(self, pack: Pack) -> Pack:
        written = json.loads(pack.canonical)
        written["guidance"]["guidance"]["smile"]["confirmed"] = True
        return Pack.from_json(json.dumps(written, ensure_ascii=False))

    async def test_what_has_to_be_confirmed_first_refuses_the_action(self, ends, house, published):
        await ends({"channel": "mail"}, ["smile"])
        with pytest.raises(Refused, match="Smile"):
            await house.do(talk, {"channel": "mail"}, [], by="desk-1", key="case-1")
        [attempt] = await published(AttemptRefused)
        assert attempt.clause == "P00-1"
