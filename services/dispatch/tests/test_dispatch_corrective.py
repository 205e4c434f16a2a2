"""Corrective action: brought about by a case, an alarm or a person, done by duties round after round until it works."""

from __future__ import annotations

from typing import Any

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.corrective import ActionEnded, ActionOpened, ActionRepeated, ActionStepped, EffectCounted
from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.every import MarkSet, TaskOpened
from closeloop.contracts.intake import CaseClosed
from closeloop.contracts.stats import AlarmRaised

HEAD, CLEANING, QUALITY, REPRESENTATIVE = (
    "customer-service-head",
    "cleaning-head",
    "quality-1",
    "management-representative",
)
ACTIONS = "/api/dispatch/corrective-actions"
MAJOR = {"severity": "major"}


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "corrective.yaml")


@pytest.fixture
def actions(api, house):
    """`await actions()`: the corrective actions that quality management sees."""

    async def found(login: str = QUALITY, **query: str) -> list[dict[str, Any]]:
        await house.advance(seconds=1)
        items: list[dict[str, Any]] = (await api.get(ACTIONS, params=query, headers=house.headers(login))).json()[
            "items"
        ]
        return items

    return found


@pytest.fixture
def work_on(api, house):
    """`await work_on(action, 1, "quality-1", "finish", …)`: somebody takes a step of a duty of an action."""

    async def take(action: str, number: int, login: str, word: str, status: int = 200, **said: Any) -> dict[str, Any]:
        url = f"/api/dispatch/cases/{action}/duties/{number}/{word}"
        answer = await api.post(url, json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return take


@pytest.fixture
def once_through(work_on):
    """The measures are carried out and verified, by the duties from this number on."""

    async def carried_out(action: str, first: int, effective: bool, what: str = "加派一人") -> None:
        await work_on(action, first, CLEANING, "finish", outcome="solved", fields={"carried_out": what})
        await work_on(action, first, CLEANING, "return")
        found = {"verification": "抽查", "effective": effective}
        await work_on(action, first + 1, QUALITY, "finish", outcome="solved", fields=found)
        await work_on(action, first + 1, QUALITY, "return")

    return carried_out


@pytest.fixture
def analysed(work_on):
    """The cause is known, and whose it is."""

    async def said(action: str) -> None:
        fields = {"cause": "排班不足", "responsible_department": "cleaning"}
        await work_on(action, 1, QUALITY, "finish", outcome="solved", fields=fields)
        await work_on(action, 1, QUALITY, "return")

    return said


def an_alarm(told: dict[str, Any]) -> AlarmRaised:
    return AlarmRaised(
        **told,
        procedure="P00",
        procedure_version="1.0",
        alarm="complaints_rise",
        alarm_id="alarm-1",
        indicator="cases_registered",
        period="2026-04",
        periods=("2026-01", "2026-02", "2026-03", "2026-04"),
        figures=(2, 3, 4, 5),
    )


async def test_a_major_complaint_brings_one_about_once(hear, a_complaint, actions, ends, published):
    await hear(a_complaint(facets=MAJOR))
    assert await ends("opens") == [("action:serious", "kept")]
    [found] = await actions()
    assert (found["number"], found["opened_by"], found["case"], found["state"]) == (
        "JZ-2026-0001",
        "serious",
        "case-1",
        "open",
    )
    [told] = await published(ActionOpened)
    assert (told.key, told.number, told.case.id, told.to_be_decided) == (found["id"], "JZ-2026-0001", "case-1", False)
    await hear(a_complaint(facets=MAJOR))
    assert len(await actions()) == 1
    assert await actions(case="case-1") == await actions(case="QR-022/2026-0001") == [found]
    assert await actions(number="JZ-2026-0001") == await actions(number=found["id"]) == [found]
    assert await actions(number="JZ-2026-0002") == []


async def test_an_ordinary_complaint_brings_none_about(hear, a_complaint, actions):
    await hear(a_complaint())
    assert await actions() == []


async def test_its_duties_are_its_own_and_no_service_takes_them_for_those_of_a_case(
    hear, a_complaint, actions, published, api, house
):
    await hear(a_complaint(facets=MAJOR))
    [found] = await actions()
    assert [(duty.rule, duty.case.id) for duty in await published(DutyIssued)] == [("handling", "case-1")]
    [told] = await published(ActionStepped)
    assert (told.duty, told.what, told.desk) == ("analysis", "duty.issued", "quality")
    tasks = (await api.get("/api/dispatch/tasks", headers=house.headers(QUALITY))).json()["items"]
    assert [(task["kind"], task["case_number"]) for task in tasks] == [("finish", "JZ-2026-0001")]
    one = (await api.get(f"{ACTIONS}/{found['id']}", headers=house.headers(QUALITY))).json()
    assert [duty["rule"] for duty in one["duties"]] == ["analysis"]


async def test_the_case_waits_until_it_has_ended(
    hear, a_complaint, actions, step, analysed, once_through, published, ends
):
    await hear(a_complaint(facets=MAJOR))
    [found] = await actions()
    await step(CLEANING, "finish", outcome="solved", fields={"conclusion": "已清理"})
    await step(CLEANING, "return")
    said = [(mark.mark, mark.is_set) for mark in await published(MarkSet)]
    assert said == [("occasions_settled", False), ("handled", True)]
    await analysed(found["id"])
    await once_through(found["id"], 2, effective=True)
    assert (await actions())[0]["state"] == "ended"
    assert await ends("lasting") == [("action:serious", "kept")]
    assert [mark.is_set for mark in await published(MarkSet) if mark.mark == "occasions_settled"] == [False, True]
    [told] = await published(ActionEnded)
    assert (told.how, told.round) == ("effective", 1)
    assert await ends("verify") == [("duty:3", "kept")]


async def test_what_does_not_work_is_gone_through_again_and_what_was_learnt_stays(
    hear, a_complaint, actions, analysed, once_through, api, house, ends, published
):
    await hear(a_complaint(facets=MAJOR))
    [found] = await actions()
    await analysed(found["id"])
    await once_through(found["id"], 2, effective=False)
    one = (await api.get(f"{ACTIONS}/{found['id']}", headers=house.headers(QUALITY))).json()
    assert (one["round"], one["state"]) == (2, "open")
    assert [(duty["rule"], duty["round"], duty["desk"]) for duty in one["duties"][3:]] == [("carry_out", 2, "cleaning")]
    assert one["duties"][3]["fields"]["cause"] == "排班不足"
    assert one["duties"][3]["fields"]["number"] == "QR-022/2026-0001"
    assert "carried_out" not in one["duties"][3]["fields"]
    assert await ends("again") == [("action:round:2", "kept")]
    await once_through(found["id"], 4, effective=False)
    await once_through(found["id"], 6, effective=True)
    assert (await actions())[0]["state"] == "ended"
    assert [told.because for told in await published(ActionRepeated)] == ["verified", "verified"]
    warned = [task.desk for task in await published(TaskOpened) if task.kind == "action_not_effective"]
    assert warned == ["management_representative"]


async def test_what_nobody_asks_for_any_more_is_let_go_unless_somebody_has_begun(
    hear, a_complaint, actions, work_on, ends, published
):
    case = a_complaint(facets=MAJOR)
    await hear(case)
    [found] = await actions()
    await hear(a_complaint(facets={"severity": "ordinary"}))
    assert [one["state"] for one in await actions()] == ["unfounded"]
    assert await ends("lasting") == [("action:serious", "not_applicable")]
    assert [told.what for told in await published(ActionStepped)] == ["duty.issued", "duty.rejected"]
    await hear(a_complaint(facets=MAJOR))
    assert [one["state"] for one in await actions()] == ["unfounded", "open"]
    await hear(a_complaint(facets={"severity": "ordinary"}))
    assert [one["state"] for one in await actions()] == ["unfounded", "unfounded"]
    await hear(a_complaint("case-2", number="QR-022/2026-0002", facets=MAJOR))
    other = (await actions(case="case-2"))[0]
    fields = {"cause": "排班不足", "responsible_department": "cleaning"}
    await work_on(other["id"], 1, QUALITY, "finish", outcome="solved", fields=fields)
    await hear(a_complaint("case-2", number="QR-022/2026-0002"))
    assert (await actions(case="case-2"))[0]["state"] == "open"
    assert found["id"] != other["id"]


async def test_an_alarm_brings_one_about_without_a_case(hear, actions, analysed, once_through, ends, published, api):
    base = {"id": "main.stats.figure.1", "key": "figure:P00.cases_registered.2026-04", "sequence": 1}
    await hear(an_alarm(base))
    [found] = await actions()
    assert (found["opened_by"], found["alarm"], found["case"]) == ("rises", "alarm-1", None)
    assert "2026-04: 5" in found["because"]
    assert await ends("rises") == [("action:rises", "kept")]
    assert await ends("lasting") == [("action", "opened")]
    await analysed(found["id"])
    await once_through(found["id"], 2, effective=True)
    assert await ends("lasting") == [("action", "kept")]
    assert await published(DutyIssued) == [] and await published(MarkSet) == []


async def test_whoever_the_procedure_names_opens_one(api, house, actions):
    said = {"action": "lasting", "because": "巡查发现消防门常开", "place": "garden-estate"}
    refused = await api.post(ACTIONS, json=said, headers=house.headers(CLEANING))
    assert refused.status_code == 409 and refused.json()["clause"] == "P00-lasting"
    opened = await api.post(ACTIONS, json=said, headers=house.headers(QUALITY))
    assert opened.status_code == 201 and opened.json()["number"] == "JZ-2026-0001"
    assert [one["opened_by"] for one in await actions()] == ["found"]
    assert (await api.get(ACTIONS, headers=house.headers("desk-2"))).json()["items"] == []


async def test_its_limits_are_said_when_they_pass(hear, a_complaint, actions, analysed, house, published, ends):
    await hear(a_complaint(facets=MAJOR))
    [found] = await actions()
    await analysed(found["id"])
    await house.advance(days=6)
    assert await ends("in-time") == [("duty:2:measures", "breached")]
    assert "limit.missed" in [told.what for told in await published(ActionStepped)]
    assert ("overdue", "quality_officer") in [(task.kind, task.desk) for task in await published(TaskOpened)]


async def test_a_person_decides_in_each_further_round(hear, a_complaint, another_round, actions, ends, api, house):
    case = a_complaint()
    await hear(case)
    await hear(another_round(case))
    [asked] = await actions(HEAD)
    assert (asked["action"], asked["state"], asked["because"]) == ("report", "asked", "又漏了")
    assert await ends("decide") == [("action:further_round:2", "opened")]
    decision = f"{ACTIONS}/{asked['id']}/decision"
    no = {"needed": False, "reason": "一次性疏忽"}
    refused = await api.post(decision, json=no, headers=house.headers(QUALITY))
    assert refused.status_code in (404, 409)
    assert (await api.post(decision, json=no, headers=house.headers(HEAD))).json()["state"] == "not_needed"
    await actions(HEAD)
    assert ("action:further_round:2", "not_applicable") in await ends("decide")
    assert ("attempt:decide_action", "prevented") in await ends("decide")
    again = await api.post(decision, json=no, headers=house.headers(HEAD))
    assert again.status_code == 409
    await hear(another_round(case, 3))
    second = (await actions(HEAD))[-1]
    yes = {"needed": True, "reason": "同一问题第三次"}
    answer = await api.post(f"{ACTIONS}/{second['id']}/decision", json=yes, headers=house.headers(HEAD))
    assert (answer.json()["state"], answer.json()["number"]) == ("open", "BH-2026-0001")
    await actions(HEAD)
    assert ("action:further_round:3", "kept") in await ends("decide")
    assert await ends("report") == [
        ("action:further_round:2", "not_applicable"),
        ("action:further_round:3", "opened"),
    ]


async def test_one_written_about_a_case_holds_it(hear, a_complaint, api, house, actions, ends):
    await hear(a_complaint())
    said = {"action": "report", "because": "现场未设警示", "case": "case-1"}
    written = await api.post(ACTIONS, json=said, headers=house.headers(HEAD))
    assert written.status_code == 201, written.text
    [found] = await actions(HEAD)
    assert (found["id"], found["opened_by"], found["case"]) == (written.json()["id"], "written", "case-1")
    assert await ends("report") == [("action:written:1", "opened")]


async def test_nobody_has_to_decide_once_the_case_is_closed(
    hear, a_complaint, another_round, told_of, actions, api, house
):
    case = a_complaint()
    await hear(case)
    await hear(another_round(case))
    await hear(told_of(case, CaseClosed, received_at=case.received_at, customer=case.customer))
    assert [one["state"] for one in await actions(HEAD)] == ["unfounded"]
    tasks = (await api.get("/api/dispatch/tasks", headers=house.headers(HEAD))).json()["items"]
    assert [task for task in tasks if task["kind"] == "decide_action"] == []


async def test_an_attempt_that_a_clause_prevents_is_reported_to_whoever_decides(
    hear, a_complaint, step, actions, ends, api, house
):
    await hear(a_complaint())
    await step(CLEANING, "return", status=409)
    await step(CLEANING, "return", status=409)
    [asked] = await actions(REPRESENTATIVE, action="breach")
    assert (asked["state"], asked["opened_by"], asked["case"]) == ("asked", "suspected", "case-1")
    assert "P00-handle" in asked["because"] and "保洁" in asked["because"]
    assert await ends("suspected") == [("action:suspected:P00-handle", "opened")]
    assert await actions(QUALITY, action="breach") == []
    no = {"needed": False, "reason": "误操作"}
    decided = await api.post(f"{ACTIONS}/{asked['id']}/decision", json=no, headers=house.headers(REPRESENTATIVE))
    assert decided.json()["state"] == "not_needed"
    await actions()
    assert await ends("suspected") == [("action:suspected:P00-handle", "not_applicable")]
    await step(CLEANING, "return", status=409)
    second = (await actions(REPRESENTATIVE, action="breach"))[-1]
    assert (second["state"], second["id"] != asked["id"]) == ("asked", True)
    yes = {"needed": True, "reason": "第三次"}
    await api.post(f"{ACTIONS}/{second['id']}/decision", json=yes, headers=house.headers(REPRESENTATIVE))
    await actions()
    assert ("action:suspected:P00-handle", "kept") in await ends("suspected")
    assert sorted(end for _of, end in await ends("consequence")) == ["kept", "not_applicable", "opened"]


async def test_figures_that_are_not_lower_begin_another_round(
    hear, a_complaint, actions, analysed, once_through, api, house
):
    await hear(a_complaint(facets=MAJOR))
    [found] = await actions()
    await analysed(found["id"])
    await once_through(found["id"], 2, effective=True)

    def counted(n: int, is_lower: bool) -> EffectCounted:
        return EffectCounted(
            id=f"main.stats.{found['id']}.{n}",
            key=found["id"],
            sequence=n,
            procedure="P00",
            procedure_version="1.0",
            action_id=found["id"],
            action="lasting",
            indicator="cases_registered",
            before=5,
            periods=("2026-02", "2026-03"),
            figures=(4, 3 if is_lower else 6),
            is_lower=is_lower,
        )

    await hear(counted(1, is_lower=False))
    [again] = await actions()
    assert (again["state"], again["round"], again["counted"]["figures"]) == ("open", 2, [4, 6])
    shown = (await api.get(again["url"], headers={**house.headers(QUALITY), "Accept": "text/html"})).text
    assert "not lower than before" in shown and "2026-03" in shown and "round 2" in shown
    await once_through(found["id"], 4, effective=True)
    await hear(counted(2, is_lower=True))
    assert (await actions())[0]["state"] == "ended"


async def test_what_was_written_down_about_it_is_explained(hear, a_complaint, actions, analysed, api, house):
    await hear(a_complaint(facets=MAJOR))
    [found] = await actions()
    await analysed(found["id"])
    told = await api.get(f"/api/dispatch/explanations/{found['id']}", headers=house.headers(QUALITY))
    assert told.status_code == 200, told.text
    assert told.json()["items"][0]["what"] == "action.opened.v1"
    assert told.json()["number"] == "JZ-2026-0001"
    assert "P00-analyse" in {one["clause"] for one in told.json()["occasions"]}


async def test_an_action_of_another_place_is_not_there(hear, a_complaint, actions, api, house):
    await hear(a_complaint(facets=MAJOR))
    [found] = await actions()
    elsewhere = house.headers("desk-2")
    assert (await api.get(f"{ACTIONS}/{found['id']}", headers=elsewhere)).status_code == 404
    assert (await api.get(f"/dispatch/corrective-actions/{found['id']}", headers=elsewhere)).status_code == 404


async def test_pages_list_open_and_decide(hear, a_complaint, another_round, actions, api, house):
    case = a_complaint(facets=MAJOR)
    await hear(case)
    await hear(another_round(case))
    asked = next(one for one in await actions(HEAD) if one["state"] == "asked")

    def as_(login: str, at: str) -> dict[str, str]:
        return {**house.headers(login, "zh"), "Accept": "text/html", "Referer": f"http://closeloop{at}"}

    page = f"/dispatch/corrective-actions/{asked['id']}"
    shown = (await api.get(page, headers=as_(HEAD, page))).text
    assert "是否需要？" in shown and "再次处理" in shown
    sent = await api.post(f"{page}/decision", data={"needed": "true", "reason": "重复发生"}, headers=as_(HEAD, page))
    assert sent.status_code == 303
    shown = (await api.get(page, headers=as_(HEAD, page))).text
    assert "BH-2026-0001" in shown and "进行中" in shown
    listed = "/dispatch/corrective-actions"
    shown = (await api.get(listed, headers=as_(QUALITY, listed))).text
    assert "JZ-2026-0001" in shown and "启动纠正措施" in shown
    opened = await api.post(
        listed, data={"action": "lasting", "because": "巡查发现", "place": ""}, headers=as_(QUALITY, listed)
    )
    assert opened.status_code == 303 and opened.headers["location"].startswith(f"{listed}/action-")
    mine = (await api.get(f"/dispatch/cases/{asked['id']}/duties/1", headers=as_(QUALITY, "/"))).text
    assert "BH-2026-0001" in mine and page in mine
    duty = (await api.get("/dispatch/cases/case-1/duties/1", headers=as_(CLEANING, "/"))).text
    assert f"/dispatch/corrective-actions/{asked['id']}" in duty
