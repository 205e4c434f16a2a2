"""The cause of a case: rated when the desk knows it, waited for by nobody."""

import pytest

from closeloop.contracts.every import TaskOpened
from closeloop.contracts.intake import CaseAssessed


async def test_no_case_waits_for_its_cause(register, a_repair, published):
    case = await register(a_repair)
    assert case["status"] == "handling"
    assert "cause" not in case["facets"]
    assert not await published(TaskOpened)


async def test_the_desk_rates_the_cause_while_it_takes_the_case_down(register, a_repair, published):
    case = await register(a_repair, facets={"cause": "utilities", "trade": "plumbing"})
    assert case["facets"] == {"cause": "utilities", "trade": "plumbing"}
    [assessed] = await published(CaseAssessed)
    assert assessed.case.facets == case["facets"]


async def test_the_cause_is_rated_later_without_a_reason_and_changed_with_one(register, a_repair, api, see):
    case = await register(a_repair)
    path = f"/api/intake/cases/{case['number']}/assessment"
    assert (await api.post(path, json={"facets": {"cause": "utilities"}})).status_code == 200
    again = await api.post(path, json={"facets": {"cause": "building"}})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "reason")
    assert (await api.post(path, json={"facets": {"cause": "building"}, "reason": "阀门老化"})).status_code == 200
    assert (await see(case["id"]))["facets"]["cause"] == "building"


@pytest.mark.parametrize(
    ("facets", "where"),
    [
        ({"colour": "red"}, "facets.colour"),
        ({"cause": "weather"}, "facets.cause"),
        ({"severity": "major"}, "facets.severity"),
    ],
)
async def test_a_rating_that_the_procedure_does_not_know_is_said(api, a_repair, facets, where):
    answer = await api.post("/api/intake/cases", json={**a_repair, "facets": facets})
    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [where])
