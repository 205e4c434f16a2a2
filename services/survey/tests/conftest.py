"""The service that these tests are about."""

import json

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseClosed, CaseReopened
from closeloop.survey.app import service as survey


@pytest.fixture(scope="session")
def service():
    return survey


def _both(words):
    return {"zh": words, "en": words}


def _item(words, **more):
    return {"title": _both(words), "type": "scale", "scale": "four_steps"} | more


OPINION = {
    "title": _both("Opinion form"),
    "version": "3",
    "clauses": ["P00-form"],
    "whose": {"name": "name"},
    "opens": {
        "displeased": {
            "each": "item",
            "when": {"counts": {"is": "dissatisfied"}, "topic": {"is": "paid"}},
            "kind": "complaint",
            "as": {"channel": "telephone"},
            "own_practice": "What displeases is a complaint.",
        },
        "many": {
            "when": {"dissatisfied": {"at_least": 2}},
            "kind": "suggestion",
            "as": {"channel": "telephone"},
            "content": "remark",
            "own_practice": "Whoever is displeased with much has something to say.",
        },
    },
    "fields": {
        "area": {"title": _both("Area"), "from": "sheet.area"},
        "lifts": _item("Lifts"),
        "gates": _item("Gates"),
        "repair": _item("Paid repair"),
        "name": {"title": _both("Name"), "personal": True},
        "remark": {"title": _both("Remark"), "type": "long_text", "personal": True},
    },
    "sections": [
        {"title": _both("Estate"), "topic": "estate", "fields": ["lifts", "gates"]},
        {"title": _both("Paid service"), "topic": "paid", "fields": ["repair"]},
    ],
}
PLAN = {
    "title": _both("Plan"),
    "version": "1",
    "clauses": ["P00-plan-form"],
    "fields": {
        "purpose": {"title": _both("Purpose"), "from": "survey.purpose"},
        "areas": {
            "title": _both("Areas"),
            "type": "rows",
            "from": "survey.areas",
            "columns": {"area": {"title": _both("Area")}, "quantity": {"title": _both("Forms"), "type": "number"}},
        },
    },
}
LIST = {
    "title": _both("List"),
    "version": "1",
    "clauses": ["P00-list-form"],
    "fields": {"rates": {"title": _both("Rates"), "type": "long_text", "from": "survey.returns"}},
}
BY_PLAN = {
    "title": _both("Opinions"),
    "desk": "customer_service",
    "form": "opinion_form",
    "clauses": ["P00-desk"],
    "plan": {
        "form": "plan_form",
        "required": ["purpose", "areas", "ends_on", "staff"],
        "clauses": ["P00-plan"],
        "approval": {
            "by": ["management_representative", "customer_service_head"],
            "chain": "any",
            "decides": True,
            "clauses": ["P00-approval"],
        },
    },
    "covers": {"that": {"paid": {"at_least": 1}, "estate": {"at_least": 1}}, "clauses": ["P00-covers"]},
    "distribution": {
        "areas": "named",
        "means": ["paper"],
        "form": "list_form",
        "rate": "return_rate",
        "clauses": ["P00-staff"],
        "chase": {"warn_before": ["3 days"], "reason_below": True},
    },
}
FOUR_STEPS = {
    "clauses": ["P00-steps"],
    "answers": {
        "very": {"title": _both("Very satisfied"), "counts": "qualified"},
        "satisfied": {"title": _both("Satisfied"), "counts": "qualified"},
        "fairly": {"title": _both("Fairly satisfied"), "counts": "qualified"},
        "no": {"title": _both("Dissatisfied"), "counts": "dissatisfied"},
    },
}
RETURN_RATE = {
    "title": _both("Return rate"),
    "numerator": {"of": ["sheets_returned"]},
    "denominator": {"of": ["sheets_sent"]},
    "target": {"at_least": 80},
    "own_practice": "To see it.",
}


@pytest.fixture(scope="session")
def pack(pack):
    """The invented procedure with one more survey, which goes out by its plan."""
    said = json.loads(pack.canonical)
    said["survey"]["surveys"]["opinions"] = BY_PLAN
    approval = BY_PLAN["plan"]["approval"] | {"chain": "all"}
    said["survey"]["surveys"]["opinions_of_all"] = BY_PLAN | {"plan": BY_PLAN["plan"] | {"approval": approval}}
    by_place = BY_PLAN["distribution"] | {"areas": "place"}
    said["survey"]["surveys"]["opinions_by_place"] = BY_PLAN | {"distribution": by_place}
    after = said["survey"]["surveys"]["after_closing"]
    said["survey"]["surveys"]["at_the_mark"] = after | {"goes_out": {"at": "handled"}}
    said["survey"]["scales"]["four_steps"] = FOUR_STEPS
    said["stats"]["indicators"]["return_rate"] = RETURN_RATE
    said |= {"forms/opinion_form": OPINION, "forms/plan_form": PLAN, "forms/list_form": LIST}
    kinds = {"approval": "approval", "steps": "classification"}
    for name in ("desk", "plan", "approval", "covers", "staff", "steps", "form", "plan-form", "list-form"):
        said["clauses"]["clauses"][f"P00-{name}"] = {
            "source": "1",
            "text": _both("Something"),
            "kind": kinds.get(name, "record"),
            "check": "automatic",
        }
    return Pack.from_json(json.dumps(said))


OPINIONS = {
    "procedure": "P00",
    "survey": "opinions",
    "purpose": _both("To learn"),
    "areas": [{"area": "North", "quantity": 10}, {"area": "South", "quantity": 5}],
    "starts_on": "2026-01-05",
    "ends_on": "2026-01-16",
    "staff": ["desk-1", "callback-1"],
}
"""A plan that says everything."""


@pytest.fixture
def a_plan():
    """What somebody writes who plans the opinions."""
    return dict(OPINIONS)


@pytest.fixture
def opinions(api, house):
    """A survey by plan as far as the test wants it: planned, approved, open."""

    async def brought(state="open", **changes):
        answer = await api.post("/api/survey/surveys", json=OPINIONS | changes)
        assert answer.status_code == 201, answer.text
        survey = answer.json()
        at = f"/api/survey/surveys/{survey['id']}"
        if state != "planned":
            said = {"plan_hash": survey["plan_hash"]}
            by = house.headers("management-representative")
            survey = (await api.post(f"{at}/approve", json=said, headers=by)).json()
        if state == "open":
            survey = (await api.post(f"{at}/open")).json()
        assert survey["status"] == state, survey
        return survey | {"at": at}

    return brought


@pytest.fixture
def plan(api):
    """Writes a plan of the pack's survey, with what the test changes."""

    async def written(**changes):
        body = {"procedure": "P00", "survey": "after_closing", "starts_on": "2026-01-05"} | changes
        answer = await api.post("/api/survey/surveys", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return written


@pytest.fixture
def approve(api, house):
    """The approver says yes to a plan."""

    async def approved(survey):
        answer = await api.post(
            f"/api/survey/surveys/{survey['id']}/approve",
            json={"plan_hash": survey["plan_hash"]},
            headers=house.headers("management-representative"),
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    return approved


def _about(event, number, kind, changes):
    known = {"key": f"case{number}", "place": "garden-estate", "procedure": "P00", "procedure_version": "1.0"}
    return an_example(event, kind=kind, **(known | changes))


@pytest.fixture
def closed():
    """A case of ours was closed."""
    return lambda number=1, kind="complaint", **changes: _about(CaseClosed, number, kind, changes)


@pytest.fixture
def reopened():
    """A case of ours is open again."""
    return lambda number=1, kind="complaint", **changes: _about(CaseReopened, number, kind, changes)


@pytest.fixture
async def a_sheet(plan, approve, api, hear, house, closed):
    """A sheet that its customer may answer."""
    survey = await approve(await plan())
    await api.post(f"/api/survey/surveys/{survey['id']}/open")
    await hear(closed())
    await house.advance(days=2)
    found = await api.get(f"/api/survey/surveys/{survey['id']}/sheets")
    [sheet] = found.json()["items"]
    return sheet | {"survey": survey["id"]}
