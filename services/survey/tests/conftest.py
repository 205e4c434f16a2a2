"""The service that these tests are about."""

import pytest

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
