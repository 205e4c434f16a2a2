"""The house: who is away and who stands in, and changes that count when somebody else has said yes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.packs import Pack, load_pack, packs_for
from closeloop.chassis.people import People, load_organisation
from closeloop.chassis.people.changing import Changing
from closeloop.chassis.people.desks import desks_of
from closeloop.chassis.people.keys import keys_in
from closeloop.contracts.every import TaskClosed, TaskOpened
from closeloop.contracts.intake import ProcedureActivated
from closeloop.contracts.people import AbsenceNoted, OrganisationChanged

EXAMPLE = Path(__import__("closeloop.chassis.people", fromlist=["x"]).__file__ or "").parent / "example.yaml"
HEAD, REPRESENTATIVE = "customer-service-head", "management-representative"
THIS_WEEK = {"from": "2026-01-05", "until": "2026-01-09"}


@pytest.fixture
def people(tmp_path: Path) -> People:
    """People of one's own: absences stay with them."""
    return People(load_organisation(EXAMPLE), keys_in(tmp_path / "keys"))


@pytest.fixture
def pack(people: People) -> Pack:
    """The procedure that fits them."""
    name, folder = packs_for(people.organisation.desks)[0]
    return Pack.from_json(load_pack(folder).canonical.replace(name, "P00"))


@pytest.fixture
def absent(api, house):
    """`await absent("desk-1", by="operator", deputy="desk-2")`: somebody is away this week."""

    async def noted(person: str, *, by: str = "", status: int = 201, **said: Any) -> Any:
        form = {"person": person, **THIS_WEEK, **said}
        answer = await api.post("/api/intake/absences", json=form, headers=house.headers(by or person))
        assert answer.status_code == status, answer.text
        return answer.json()

    return noted


async def test_whoever_stands_in_may_do_and_see_what_the_other_does(absent, house, people, running, api, published):
    await absent(HEAD, deputy="desk-1")
    [told] = await published(AbsenceNoted)
    assert (told.person, told.deputy, told.key) == (HEAD, "desk-1", f"person:{HEAD}")
    packs = running.procedures.current(running.now())
    acting = people.acting(people.person("desk-1"))
    assert "customer_service_head" in desks_of(acting, people, packs)
    assert acting.hears("restricted") and acting.logins == ("desk-1", HEAD)
    assert acting.acts_for("customer_service_head").id == HEAD and acting.acts_for("desk") is None
    await house.advance(days=5)
    assert people.acting(people.person("desk-1")) == people.person("desk-1")  # the Saturday after


async def test_where_nobody_stands_in_what_waits_goes_up(absent, people, running):
    packs = running.procedures.current(running.now())
    [pack] = packs
    above = pack.superior_of("callback")
    assert above is not None
    [chief] = people.with_role(above)[:1]
    assert "callback" not in desks_of(chief, people, packs)
    await absent("callback-1")
    assert "callback" in desks_of(chief, people, packs)


async def test_absences_are_listed_with_who_stands_in(absent, api):
    await absent("repair-leader", deputy="repair-worker-1")
    listed = (await api.get("/api/intake/absences")).json()["items"]
    assert [(one["person"], one["deputy"]) for one in listed] == [("repair-leader", "repair-worker-1")]


@pytest.mark.parametrize(
    "said, sentence",
    [
        ({"deputy": HEAD}, "nobody else"),
        ({"deputy": "nobody-at-all"}, "nobody else"),
        ({"until": "2026-01-02"}, "Say until when"),
    ],
)
async def test_an_absence_that_does_not_fit_is_refused(api, house, said, sentence):
    form = {"person": HEAD, **THIS_WEEK, **said}
    answer = await api.post("/api/intake/absences", json=form, headers=house.headers(HEAD) | {"Accept-Language": "en"})
    assert answer.status_code == 409 and sentence in answer.text


async def test_nobody_is_left_to_a_deputy_who_is_away_too(absent):
    await absent("desk-1", deputy="desk-2")
    await absent(HEAD, deputy="desk-1", status=409)
    await absent("desk-2", status=409)  # they stand in for desk-1
    await absent("desk-1", status=409)  # twice


async def test_an_absence_is_said_by_whoever_is_away_by_the_role_above_or_by_the_operator(absent):
    await absent("desk-1", by="desk-2", status=403)
    await absent("desk-1", by=HEAD)
    await absent("repair-leader", by="operator")


async def test_they_are_back_earlier(absent, api, house, people, published):
    noted = await absent(HEAD, deputy="desk-1")
    await house.advance(days=1)
    answer = await api.post(f"/api/intake/absences/{noted['id']}/end", headers=house.headers(HEAD))
    assert answer.status_code == 200
    assert people.acting(people.person("desk-1")).stands_in_for == ()
    assert len(await published(AbsenceNoted)) == 2
    again = await api.post(f"/api/intake/absences/{noted['id']}/end", headers=house.headers(HEAD))
    assert again.status_code == 409


# -- changes --------------------------------------------------------------------------------------------------------


@pytest.fixture
def propose(api, house):
    """`await propose(yaml)`: the operator proposes another organisation."""

    async def proposed(text: str, by: str = "operator", status: int = 201, **said: Any) -> Any:
        form = {"organisation": text, "reason": "A new colleague", **said}
        answer = await api.post("/api/intake/organisation", json=form, headers=house.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    return proposed


@pytest.fixture
def decide(api, house):
    """`await decide(change, by=...)`: somebody says yes or no."""

    async def decided(change: dict[str, Any], by: str, status: int = 200, **said: Any) -> Any:
        form = {"approves": True, "hash": change["hash"], **said}
        address = f"/api/intake/changes/{change['id']}/decision"
        answer = await api.post(address, json=form, headers=house.headers(by))
        assert answer.status_code == status, answer.text
        return answer.json()

    return decided


NEW = (
    EXAMPLE.read_text("utf-8")
    + "  - {login: desk-3, name: 前台三 Desk 3, roles: [desk], department: customer_service}\n"
)


async def test_another_organisation_counts_when_somebody_else_has_said_yes(
    propose, decide, people, api, house, published
):
    change = await propose(NEW)
    assert change["state"] == "proposed" and change["asked"]
    assert people.maybe("desk-3") is None and await published(OrganisationChanged) == []
    [task] = [task for task in await published(TaskOpened) if task.kind == "approve_change"]
    shown = (await api.get(f"/api/intake/changes/{change['id']}", headers=house.headers("operator"))).json()
    assert shown["differences"] == [{"sign": "+", "name": "desk-3"}]
    await decide(change, "operator", 403)
    await decide(change, "desk-1", 403)
    other = {**change, "hash": "0" * 64}
    await decide(other, change["asked"][0], 409)
    assert (await decide(change, change["asked"][0]))["state"] == "approved"
    [told] = await published(OrganisationChanged)
    assert (told.proposed_by, told.approved_by, told.hash) == ("operator", change["asked"][0], change["hash"])
    assert people.maybe("desk-3") is not None
    assert task.task_id in {closed.task_id for closed in await published(TaskClosed)}
    await decide(change, change["asked"][0], 409)  # once


async def test_what_the_only_one_who_may_approve_proposes_goes_to_the_next_level(propose, decide):
    change = await propose(NEW, by=HEAD)  # nobody else puts procedures in force
    assert change["asked"] == [REPRESENTATIVE]
    await decide(change, HEAD, 403)
    assert (await decide(change, REPRESENTATIVE))["state"] == "approved"


async def test_it_counts_from_its_day_on_and_the_past_keeps_its_people(propose, decide, people, house, running):
    change = await propose(NEW, **{"from": "2026-01-07"})
    await decide(change, change["asked"][0])
    assert people.maybe("desk-3") is None
    before = running.now()
    await house.advance(days=3)
    assert people.maybe("desk-3") is not None
    assert "desk-3" not in people.organisation_at(before).persons()
    assert "desk-3" in people.organisation_at(running.now()).persons()


async def test_whoever_is_asked_reads_what_would_be_said_otherwise(propose, api, house):
    before = "roles: [callback], department: customer_service"
    change = await propose(EXAMPLE.read_text("utf-8").replace(before, "roles: [callback, desk]"))
    shown = await api.get(f"/api/intake/changes/{change['id']}", headers=house.headers(change["asked"][0]))
    [other] = shown.json()["differences"]
    assert other == {
        "sign": "~",
        "name": "callback-1: roles callback → callback, desk; department customer_service → —",
    }
    page = await api.get("/intake/changes", headers=house.headers("operator"))
    assert "login: callback-1" in page.text  # what counts now stands there already


async def test_a_no_has_its_reason_and_changes_nothing(propose, decide, people, published):
    change = await propose(NEW)
    await decide(change, change["asked"][0], 409, approves=False)
    refused = await decide(change, change["asked"][0], approves=False, reason="No budget")
    assert (refused["state"], refused["why_not"]) == ("refused", "No budget")
    assert people.maybe("desk-3") is None and await published(OrganisationChanged) == []


async def test_an_organisation_that_does_not_hang_together_is_said_with_its_line(propose):
    wrong = await propose(NEW + "  - {login: desk-3, name: X, roles: [desk]}\n", status=422)
    assert "desk-3" in str(wrong) and "twice" in str(wrong)
    await propose(NEW, by="desk-1", status=403)


async def test_another_version_of_a_procedure_waits_for_somebodys_yes(house, running, pack, published, decide, api):
    from closeloop.intake.house import changes

    written = pack.canonical.replace('"version":"1.0"', '"version":"1.1"', 1)
    newer = type(pack).from_json(written)
    proposal = changes.of_procedure(newer, running.now(), "Shorter limits", "operator", running.people)
    change = await house.do(changes.propose_change, proposal, by="operator", key="change:1", new=True)
    assert await published(ProcedureActivated) == []
    shown = {"id": change.id, "hash": change.hash}
    assert change.asked
    await decide(shown, change.asked[0])
    [told] = await published(ProcedureActivated)
    assert (told.version, told.proposed_by, told.approved_by) == ("1.1", "operator", change.asked[0])
    assert told.key == "P00" and running.procedures.in_force("P00", running.now()).version == "1.1"


async def test_after_a_new_start_it_is_still_known_who_was_here_when(propose, decide, people, house, running, tmp_path):
    before = running.now()
    change = await propose(NEW, **{"from": "2026-01-07"})
    await decide(change, change["asked"][0])
    await house.advance(days=3)
    fresh = People(people.organisation, people.keys)  # its file has followed
    fresh.now = running.now
    await Changing(fresh, running.procedures).load(running.store, running.now())
    assert "desk-3" in fresh.organisation.persons()
    assert "desk-3" not in fresh.organisation_at(before).persons()


@pytest.mark.parametrize("language, words", [("en", ["Deputy", "They are back"]), ("zh", ["代理人", "已返岗"])])
async def test_the_page_of_absences_and_that_of_changes(absent, propose, api, house, language, words):
    await absent(HEAD, deputy="desk-1")
    change = await propose(NEW)
    page = await api.get("/intake/absences", params={"lang": language}, headers=house.headers(HEAD))
    assert page.status_code == 200 and [word for word in words if word not in page.text] == []
    listed = await api.get("/intake/changes", params={"lang": language}, headers=house.headers("operator"))
    assert change["id"] in listed.text
    approver = house.headers(change["asked"][0])
    shown = await api.get(f"/intake/changes/{change['id']}", params={"lang": language}, headers=approver)
    assert "desk-3" in shown.text and change["hash"] in shown.text
    assert (await api.get("/intake/changes", headers=house.headers("desk-2"))).status_code == 403
