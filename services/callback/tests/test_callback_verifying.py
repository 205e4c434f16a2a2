"""What a case says is verified once it is assessed, by whoever was named for it, in which form and when."""

import pytest
from sqlalchemy import select

from closeloop.callback.model import Case
from closeloop.chassis.rows import table_of
from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived
from closeloop.contracts.every import AttemptRefused, MarkSet, TaskClosed, TaskOpened
from closeloop.contracts.intake import CaseAssessed, RoundOpened

AT = "/api/callback/callbacks/case1.1"
HEAD, WORKER = "engineering-head", "repair-worker-1"
GENUINE = {"form": "visit", "fields": {"genuine": True, "repeated": True, "remark": "again and again"}}
SIGNED = {"signature": {"means": "typed", "signer": "A customer"}}


@pytest.fixture
def assessed(about):
    """A suggestion that says what has to be verified."""

    def told(serious="yes", department="engineering", **changes):
        facts = {"serious": serious, "department": department}
        known = {name: value for name, value in facts.items() if value is not None}
        return about(CaseAssessed, "suggestion", facts=known, **changes)

    return told


def ends(events, clause):
    return [judged.end.value for event in events for judged in event.occasions if judged.clause == clause]


async def test_it_is_planned_at_once_for_the_desk_that_the_case_names(hear, published, assessed, clock):
    await hear(assessed())
    [planned] = await published(CallbackPlanned)
    assert (planned.desk, planned.reason, planned.verifies) == ("engineering", "assessed", True)
    assert (planned.due_at - clock.now()).days == 3
    assert ends([planned], "P00-separate") == ["opened"]
    [task] = await published(TaskOpened)
    assert (task.kind, task.desk) == ("arrange", "responsible_department")


async def test_while_a_fact_is_missing_nobody_guesses(hear, published, assessed):
    await hear(assessed(serious=None))
    await hear(assessed(department=None))
    assert await published(CallbackPlanned) == []


async def test_assessed_again_it_is_planned_once(hear, published, assessed):
    await hear(assessed())
    await hear(assessed(id="main.intake.case1.2"))
    assert len(await published(CallbackPlanned)) == 1


async def test_rated_otherwise_the_other_coverage_takes_its_place(hear, published, assessed):
    await hear(assessed())
    await hear(assessed("no", id="main.intake.case1.2"))
    told = await published()
    assert ends(told, "P00-separate") == ["opened", "withdrawn"] and ends(told, "P00-check") == ["opened"]
    assert [task.kind for task in await published(TaskClosed)] == ["arrange"]


async def test_nobody_asks_before_it_was_arranged(hear, api, house, published, assessed):
    await hear(assessed())
    answer = await api.post(f"{AT}/attempts", json=GENUINE | SIGNED, headers=house.headers(HEAD))
    assert (answer.status_code, answer.json()["clause"]) == (409, "P00-separate"), answer.text
    assert [attempt.clause for attempt in await published(AttemptRefused)] == ["P00-separate"]


async def test_only_the_named_head_arranges_and_only_who_was_named_asks(hear, api, house, published, assessed):
    await hear(assessed())
    said = {"caller": WORKER, "form": "visit", "at": "2026-01-06T15:00:00+08:00"}
    for login, status in (("desk-1", 403), (WORKER, 403), (HEAD, 201)):
        answer = await api.post(f"{AT}/caller", json=said, headers=house.headers(login))
        assert answer.status_code == status, (login, answer.text)
    assert (answer.json()["caller"], answer.json()["form"]) == (WORKER, "visit") and answer.json()["arranged_at"]
    assert [(task.kind, task.person) for task in await published(TaskOpened)] == [("arrange", None), ("call", WORKER)]
    other = await api.post(f"{AT}/attempts", json=GENUINE | SIGNED, headers=house.headers(HEAD))
    assert (other.status_code, other.json()["clause"]) == (409, "P00-separate")
    done = await api.post(f"{AT}/attempts", json=GENUINE | SIGNED, headers=house.headers(WORKER))
    assert done.status_code == 201, done.text


async def test_nobody_is_asked_in_the_past(hear, api, house, assessed):
    await hear(assessed())
    said = {"caller": WORKER, "at": "2026-01-01T15:00:00+08:00"}
    assert (await api.post(f"{AT}/caller", json=said, headers=house.headers(HEAD))).status_code == 409


@pytest.mark.parametrize(
    "fields, outcome", [({"genuine": True, "repeated": False}, "confirmed"), ({"genuine": "false"}, "refuted")]
)
async def test_the_fields_of_the_form_say_what_came_of_it(hear, api, published, assessed, fields, outcome):
    await hear(assessed("no"))
    answer = await api.post(f"{AT}/attempts", json={"form": "telephone", "fields": fields | {"remark": "words"}})
    assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["outcome"]) == ("done", outcome)
    [told] = await published(CallbackAttempted)
    assert (told.outcome, told.verifies) == (outcome, True)
    assert told.facts["genuine"] is (outcome == "confirmed") and "remark" not in told.facts
    assert [mark.mark for mark in await published(MarkSet) if mark.mark != "occasions_settled"] == []
    assert ends(await published(), "P00-check") == ["opened", "kept"]
    [record] = (await api.get("/api/callback/records?key=case1")).json()["items"]
    assert record["sealed_at"] and record["fields"]["remark"] == "words" and record["fields"]["by"].endswith("Desk 1")
    assert record["fields"]["words"]


@pytest.mark.parametrize(
    "said, words",
    [
        ({"fields": {"genuine": True}}, "Repeated?"),
        ({}, "Genuine?"),
        ({"fields": {"genuine": "perhaps"}}, "true or false"),
        ({"fields": {"colour": "red"}}, "colour"),
        ({"fields": {"genuine": False}, "outcome": "confirmed"}, "something else"),
        ({"fields": {"genuine": False}, "outcome": "satisfied"}, "something else"),
    ],
)
async def test_a_form_that_does_not_say_it_is_refused(hear, api, published, assessed, said, words):
    await hear(assessed("no"))
    answer = await api.post(f"{AT}/attempts", json={"form": "telephone"} | said)
    assert answer.status_code == 409 and words in answer.json()["detail"], answer.text
    assert await published(CallbackAttempted) == []


async def test_who_was_not_reached_is_tried_again_and_then_given_up(hear, api, published, assessed):
    await hear(assessed("no"))
    for _n in range(3):
        answer = await api.post(f"{AT}/attempts", json={"form": "telephone", "outcome": "unreachable"})
        assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["outcome"]) == ("done", "unreachable")
    assert ends(await published(), "P00-check") == ["opened", "kept"]


async def test_an_anonymous_answer_is_waived_never_breached(hear, published, house, assessed):
    await hear(assessed("no", contact_left=False))
    [waived] = await published(CallbackWaived)
    assert waived.verifies
    await house.advance(days=10)
    assert ends(await published(), "P00-check") == ["opened", "waived"]
    assert "waived" not in [mark.mark for mark in await published(MarkSet)]


async def test_whoever_is_not_asked_in_time_is_a_breach(hear, published, house, assessed):
    await hear(assessed("no"))
    await house.advance(days=4)
    assert ends(await published(), "P00-check") == ["opened", "breached"]


async def test_handling_is_asked_about_besides(hear, published, assessed, handled):
    await hear(assessed())
    await hear(handled("suggestion"))
    await hear(handled("suggestion", is_set=False))
    assert ends(await published(), "P00-separate") == ["opened"]


async def test_another_round_does_not_take_the_verification_back(hear, published, assessed, about):
    await hear(assessed())
    await hear(about(RoundOpened, "suggestion", number=1))
    assert ends(await published(), "P00-separate") == ["opened"]


async def test_a_callback_that_verifies_counts_in_no_rate(hear, api, assessed, running):
    await hear(assessed("no"))
    await api.post(f"{AT}/attempts", json={"form": "telephone", "fields": {"genuine": False}})
    shown = (await api.get(AT)).json()
    assert shown["verifies"] and shown["attempts"][0]["facts"] == {"genuine": False}
    [case] = await running.read.rows(Case, select(table_of(Case)))
    assert case.callbacks_made == 0


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_asks_for_the_fields_and_for_the_arrangement(hear, api, house, assessed, language):
    await hear(assessed())
    html = {"accept": "text/html"}
    page = f"{AT.removeprefix('/api')}"
    first = await api.get(page, headers=html | house.headers(HEAD, language))
    assert 'name="caller"' in first.text and 'name="at"' in first.text and "fields.genuine" not in first.text
    said = {"caller": WORKER, "form": "telephone", "at": "2026-01-06T15:00"}
    assert (await api.post(f"{page}/caller", data=said, headers=html | house.headers(HEAD))).status_code == 303
    worker = html | house.headers(WORKER, language)
    second = await api.get(page, headers=worker)
    assert 'name="fields.genuine"' in second.text and 'value="satisfied"' not in second.text
    form = {"form": "telephone", "fields.genuine": "true", "fields.repeated": "false", "attempted_at": ""}
    done = await api.post(f"{page}/attempts", data=form, headers=worker)
    assert done.status_code == 303, done.text
