"""The service that these tests are about."""

import pytest

from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseClosed, CaseReopened
from closeloop.survey.app import service as survey


@pytest.fixture(scope="session")
def service():
    return survey


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
