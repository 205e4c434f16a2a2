"""Of the answer sheets of a survey that is over a share is drawn, and checked with whoever answered."""

import json
from typing import Any

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.packs import Pack
from closeloop.contracts.every import OccasionsJudged, TaskClosed, TaskOpened
from closeloop.contracts.examples import an_example
from closeloop.contracts.survey import SheetReturned, SurveyClosed

HTML = {"Accept": "text/html"}
GENUINE = {"form": "telephone", "fields": {"genuine": True}}
SURE = {
    "title": {"zh": "核实", "en": "Check of the others"},
    "of": "sheets",
    "when": {"dissatisfied": {"is": 0}},
    "share": 50,
    "within": "10 days",
    "desk": "customer_service",
    "form": "telephone",
    "record": {
        "form": "callback_record",
        "outcomes": {"confirmed": {"genuine": {"is": True}}, "refuted": {"genuine": {"is": False}}},
    },
    "clauses": ["P00-sure"],
}


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure, which also checks answer sheets."""
    said = json.loads(pack.canonical)
    said["callback"]["coverage"]["sure"] = SURE
    clause = {"source": "1", "text": {"zh": "核实", "en": "Sure"}, "kind": "trigger", "check": "automatic"}
    said["clauses"]["clauses"]["P00-sure"] = clause
    return Pack.from_json(json.dumps(said))


def a_sheet(n, **changes):
    known: dict[str, Any] = {
        "key": "survey1",
        "survey_id": "survey1",
        "sheet_id": f"sheet{n}",
        "number": f"North-{n}",
        "case": None,
    }
    known |= {"id": f"main.survey.survey1.{n}", "place": None, "procedure": "P00", "procedure_version": "1.0"}
    known |= {"customer": {"name": "Mr Wang", "phone": f"+86138000000{n:02}"}, "dissatisfied": 0}
    return an_example(SheetReturned, **(known | changes))


@pytest.fixture
def over(hear, running, house):
    """A survey whose sheets came back, and that was closed."""
    here.set(running)

    async def told(*sheets):
        for sheet in sheets:
            await hear(sheet)
        known = {"key": "survey1", "survey_id": "survey1", "id": "main.survey.survey1.99", "place": None}
        await hear(an_example(SurveyClosed, **known, procedure="P00", procedure_version="1.0"))
        await everything(house)

    return told


async def everything(house):
    """Whatever is due now is done."""
    while await house.fire():
        pass


async def ends(published, house):
    """How the check of the survey ended, one after the other."""
    await everything(house)
    told = await published(OccasionsJudged)
    return [judged.end.value for event in told for judged in event.occasions if judged.clause == "P00-sure"]


async def test_the_share_is_drawn_of_those_who_can_be_asked(over, published, api, house):
    silent = a_sheet(4, customer={"anonymous": True})
    displeased = a_sheet(5, dissatisfied=1)
    await over(a_sheet(1), a_sheet(2), a_sheet(3), silent, displeased)
    drawn = [one for one in await published(TaskOpened) if one.kind == "call"]
    assert len(drawn) == 2, "half of three, rounded up"
    assert {task.key for task in drawn} <= {"sheet1", "sheet2", "sheet3"}
    assert await ends(published, house) == ["opened"]
    shown = (await api.get(f"/api/callback/sheets/{drawn[0].key}")).json()
    assert (shown["status"], shown["draw"]["population"], len(shown["draw"]["drawn"])) == ("planned", 3, 2)


async def test_when_the_last_one_was_asked_the_check_is_done(over, published, api, house):
    await over(a_sheet(1), a_sheet(2))
    [task] = [one for one in await published(TaskOpened) if one.kind == "call"]
    answer = await api.post(f"/api/callback/sheets/{task.key}/attempts", json=GENUINE)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "confirmed"), answer.text
    assert await ends(published, house) == ["opened", "kept"]
    assert "call" in [one.kind for one in await published(TaskClosed)]
    again = await api.post(f"/api/callback/sheets/{task.key}/attempts", json=GENUINE)
    assert again.status_code == 409


async def test_what_stands_on_the_form_says_what_came_of_it(over, published, api, house):
    await over(a_sheet(1))
    path = "/api/callback/sheets/sheet1/attempts"
    assert (await api.post(path, json={"form": "telephone"})).status_code == 409
    said = {"form": "telephone", "fields": {"genuine": False}}
    assert (await api.post(path, json=said)).json()["outcome"] == "refuted"
    [record] = (await api.get("/api/callback/records?form=callback_record")).json()["items"]
    assert record["sealed_at"] and record["is_as_sealed"]


async def test_who_cannot_be_reached_is_tried_again_and_given_up_at_last(over, published, api, house):
    await over(a_sheet(1))
    path = "/api/callback/sheets/sheet1/attempts"
    for _n in range(2):
        told = (await api.post(path, json={"form": "telephone", "outcome": "unreachable"})).json()
        assert told["status"] == "planned"
    told = (await api.post(path, json={"form": "telephone", "outcome": "unreachable"})).json()
    assert (told["status"], told["outcome"]) == ("done", "unreachable")
    assert await ends(published, house) == ["opened", "kept"]


async def test_a_sheet_that_nobody_asks_about_is_a_breach_and_goes_up(over, published, house):
    await over(a_sheet(1))
    await house.advance(days=11)
    assert (await ends(published, house))[-1] == "breached"
    assert "overdue" in [one.kind for one in await published(TaskOpened)]


async def test_where_nobody_can_be_asked_there_is_nothing_to_do(over, published, house):
    await over(a_sheet(1, customer=None), a_sheet(2, dissatisfied=2))
    assert await ends(published, house) == ["not_applicable"]
    assert await published(TaskOpened) == []


async def test_the_pages_show_who_is_asked_and_take_what_came_of_it(over, api, house):
    await over(a_sheet(1))
    assert "North-1" in (await api.get("/callback/sheets", headers=HTML)).text
    page = await api.get("/callback/sheets/sheet1", headers=HTML)
    assert page.status_code == 200 and "Mr Wang" in page.text and "Is it genuine?" in page.text
    entered = {"form": "telephone", "fields.genuine": "true", "note": "yes", "attempted_at": ""}
    sent = await api.post("/callback/sheets/sheet1/attempts", data=entered, headers=HTML)
    assert sent.status_code == 303, sent.text
    assert (await api.get("/api/callback/sheets/sheet1")).json()["outcome"] == "confirmed"
