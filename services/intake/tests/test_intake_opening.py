"""What stands on a sealed form or an answer sheet is registered once, like any other case."""

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.every import CaseBrought
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseRegistered

OPENS = {
    "displeased": {
        "when": {},
        "kind": "complaint",
        "as": {"channel": "telephone"},
        "clauses": ["P00-brought"],
    }
}


def _both(words):
    return {"zh": words, "en": words}


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure, in which a questionnaire opens complaints."""
    said = json.loads(pack.canonical)
    asked = {"lift": {"title": _both("Lift")}}
    said["forms/asked"] = {
        "title": _both("Asked"), "version": "1", "fields": asked, "opens": OPENS, "own_practice": "To ask."
    }  # fmt: skip
    clause = {"source": "1", "text": _both("Brought"), "kind": "trigger", "check": "automatic"}
    said["clauses"]["clauses"]["P00-brought"] = clause
    return Pack.from_json(json.dumps(said))


@pytest.fixture
def brought():
    """An answer sheet that is a complaint."""

    def told(case="brought1", **changes):
        known = {"key": "survey1", "place": "garden-estate", "procedure": "P00", "procedure_version": "1.0"}
        known |= {"id": f"main.survey.survey1.{case[-1]}", "form": "asked", "case_id": case}
        return an_example(CaseBrought, **(known | changes))

    return told


async def test_it_gets_its_number_and_keeps_the_clause_that_asks_for_it(hear, published, brought, api):
    await hear(brought())
    [registered] = await published(CaseRegistered)
    assert (registered.case.id, registered.case.kind, registered.channel) == ("brought1", "complaint", "telephone")
    ends = {judged.clause: judged.end.value for event in await published() for judged in event.occasions}
    assert ends["P00-brought"] == "kept"
    shown = (await api.get("/api/intake/cases/brought1")).json()
    assert shown["customer"]["phone"] == "+8613800000011" and "电梯" in shown["content"]


async def test_heard_twice_it_is_registered_once(hear, published, brought):
    await hear(brought())
    await hear(brought(id="main.survey.survey1.9"))
    assert len(await published(CaseRegistered)) == 1


async def test_two_of_them_are_two_cases_with_two_numbers(hear, published, brought):
    await hear(brought("brought1"))
    await hear(brought("brought2"))
    assert len({told.case.number for told in await published(CaseRegistered)}) == 2


@pytest.mark.parametrize("phone, reached", [("微信 sun3", "微信 sun3"), ("", None)])
async def test_what_is_no_telephone_number_says_how_to_reach_them_all_the_same(hear, brought, api, phone, reached):
    await hear(brought(customer={"name": "周女士", "phone": phone}))
    shown = (await api.get("/api/intake/cases/brought1")).json()["customer"]
    assert (shown.get("phone"), shown.get("address")) == (None, reached)
