"""Each clause of reception in each situation: filled at once or late, complete or refused, shown or not."""

from datetime import timedelta

import pytest

from closeloop.contracts.every import AttemptRefused
from closeloop.contracts.intake import CaseRegistered

CASES = "/api/intake/cases"
HEAD = "customer-service-head"
AT_ONCE = {"complaint": "P00-4.1-b1", "repair": "P00-4.2-b1", "opinion": "P00-4.1-d", "suggestion": "P00-4.1-d"}
COMPLETE = {"complaint": "P00-4.1-b2", "repair": "P00-4.2-b2", "opinion": "P00-4.1-d", "suggestion": "P00-4.1-d"}


@pytest.fixture
def brought(a_complaint, a_repair):
    """`brought("opinion")`: what a customer brings, as one of the kinds."""

    def case(kind, **more):
        return {**(a_repair if kind == "repair" else a_complaint), "kind": kind, **more}

    return case


@pytest.fixture
def ends(published):
    """`await ends(clause)`: how its occasions ended, by what they hang on."""

    async def of(clause):
        judged = [one for event in await published() for one in event.occasions if one.clause == clause]
        return {one.of: one.end.value for one in judged}

    return of


@pytest.mark.parametrize("kind", AT_ONCE)
async def test_whatever_the_kind_the_register_is_filled_at_once_and_completely(register, brought, ends, kind):
    await register(brought(kind))
    at_once, complete = await ends(AT_ONCE[kind]), await ends(COMPLETE[kind])
    assert at_once["case:at_once"] == "kept"
    assert complete["case"] == "kept"
    assert (await ends("P00-3.1"))["case"] == "kept"


@pytest.mark.parametrize("kind", AT_ONCE)
@pytest.mark.parametrize(("minutes", "end"), [(30, "kept"), (31, "breached")])
async def test_what_was_received_long_before_is_not_registered_at_once(
    register, brought, ends, house, kind, minutes, end
):
    received_at = (house.clock.now() - timedelta(minutes=minutes)).isoformat()
    await register(brought(kind, received_at=received_at))
    assert (await ends(AT_ONCE[kind]))["case:at_once"] == end


@pytest.mark.parametrize("kind", COMPLETE)
@pytest.mark.parametrize("column", ["content", "place", "customer"])
async def test_an_incomplete_case_is_refused_with_its_clause_and_counted(api, brought, ends, published, kind, column):
    case = {name: value for name, value in brought(kind).items() if name != column}
    answer = await api.post(CASES, json=case)
    assert (answer.status_code, answer.json()["clause"]) == (422, COMPLETE[kind])
    assert [error["field"] for error in answer.json()["errors"]] == [column]
    assert await ends(COMPLETE[kind]) == {"attempt:register_case": "prevented"}
    [attempt] = await published(AttemptRefused)
    assert (attempt.action, attempt.clause, attempt.by) == ("register_case", COMPLETE[kind], "desk-1")
    assert attempt.sentence.zh != attempt.sentence.en
    assert not await published(CaseRegistered)


async def test_every_attempt_is_counted_by_itself(api, brought, published):
    for _again in range(2):
        await api.post(CASES, json=brought("repair", content=""))
    attempts = await published(AttemptRefused)
    assert len({attempt.key for attempt in attempts}) == len({attempt.id for attempt in attempts}) == 2


async def test_what_is_only_written_wrongly_is_no_occasion(api, brought, published):
    answer = await api.post(CASES, json=brought("repair", place="moon"))
    assert (answer.status_code, "clause" in answer.json()) == (422, False)
    assert not await published()


async def test_guidance_counts_as_shown_only_if_it_was_in_front_of_the_person(register, brought, ends):
    await register(brought("complaint"))
    assert await ends("P00-4.1-e1") == {"case": "breached"}
    await register(brought("complaint", guidance=["service", "image_and_interests"]))
    assert await ends("P00-4.1-e1") == {"case": "shown"}
    assert await ends("P00-4.1-e2") == {"case": "breached"}
    assert await ends("P00-4.1-e3") == {"case": "shown"}


async def test_guidance_of_another_step_was_not_in_front_of_anybody_here(api, brought):
    answer = await api.post(CASES, json=brought("repair", guidance=["tools"]))
    assert [error["field"] for error in answer.json()["errors"]] == ["guidance"]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_form_shows_the_principles_of_reception_in_both_languages(api, pack, language):
    page = (await api.get(f"/intake/cases/new?lang={language}", headers={"accept": "text/html"})).text
    for name in ("service", "no_promise_first", "image_and_interests"):
        [rule] = [rule for rule in pack.guidance.texts if rule.name == name]
        assert rule.entry.text.in_(language) in page
        assert rule.clauses[0] in page
        assert f'name="guidance" value="{name}"' in page


@pytest.mark.parametrize("channel", ["telephone", "visit", "letter", "superior_body", "network", "department"])
async def test_every_channel_leads_into_the_same_register(register, brought, ends, channel):
    await register(brought("complaint", channel=channel))
    assert (await ends("P00-3.1"))["case"] == "kept"


async def test_who_is_who_and_what_is_wanted_goes_with_the_case(register, brought, published, see):
    first = await register(brought("complaint", customer=None, anonymous=True, wants_callback=False))
    fields = {"injury": False, "public_attention": False, "reply_letter_only": True}
    second = await register(brought("complaint", channel="superior_body", fields=fields))
    anonymous, from_above = await published(CaseRegistered)
    assert (anonymous.case.contact_left, anonymous.case.wants_callback) == (False, False)
    assert (await see(first["id"]))["customer"]["anonymous"] is True
    assert (from_above.case.channel, (await see(second["id"]))["fields"]["reply_letter_only"]) == (
        "superior_body",
        True,
    )


async def test_a_facet_is_open_until_it_is_rated_and_kept_when_it_is(api, register, brought, ends):
    case = await register(brought("complaint", fields={}))
    for clause in ("P00-3.3", "P00-4.1-b3"):
        assert await ends(clause) == {"facet:responsible_department": "opened"}
    assert await ends("P00-4.3.4") == {"facet:severity": "opened"}
    rated = {"facets": {"severity": "major", "responsible_department": "security"}}
    assert (await api.post(f"{CASES}/{case['id']}/assessment", json=rated)).status_code == 200
    assert await ends("P00-3.3") == {"facet:responsible_department": "kept"}
    assert await ends("P00-4.3.4") == {"facet:severity": "kept"}
