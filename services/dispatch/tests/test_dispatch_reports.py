"""Reports of nonconformities: decided with a reason, corrected by a limit, verified by somebody else, sealed."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from closeloop.contracts.every import MarkSet, TaskOpened
from closeloop.contracts.intake import CaseClosed

HEAD, CLEANING, QUALITY = "customer-service-head", "cleaning-head", "quality-1"
NEEDED = {"is_needed": True, "reason": "第二次投诉同一问题", "responsible_person": "保洁主管", "due_on": "2026-01-08"}
REPORTS = "/api/dispatch/cases/case-1/reports"


@pytest.fixture
async def unsatisfied(hear, a_complaint, another_round, step):
    """A complaint that was handled, about which the customer is not satisfied."""
    case = a_complaint()
    await hear(case)
    await step(CLEANING, "accept")
    await step(CLEANING, "finish", outcome="solved", measures="加派一人", result="已清理")
    await step(CLEANING, "return")
    await hear(another_round(case))
    return case


@pytest.fixture
def report(api, house):
    """`await report("customer-service-head", "decide", …)`: somebody does something with the first report."""

    async def act(login: str, word: str, status: int = 200, number: int = 1, **said: Any) -> dict[str, Any]:
        answer = await api.post(f"{REPORTS}/{number}/{word}", json=said, headers=house.headers(login))
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return act


async def test_whoever_is_not_satisfied_makes_the_head_decide(unsatisfied, published, api):
    asked = [task for task in await published(TaskOpened) if task.kind == "decide_report"]
    assert [(task.desk, task.url) for task in asked] == [("customer_service_head", "/dispatch/cases/case-1/reports/1")]
    [found] = (await api.get("/api/dispatch/reports?case=case-1")).json()["items"]
    assert (found["state"], found["desk"], found["because"]) == ("asked", "cleaning", "又漏了")


async def test_a_report_that_is_not_needed_has_a_reason_and_no_occasion_to_keep(unsatisfied, report, ends, api):
    found = await report(HEAD, "decide", is_needed=False, reason="一次性疏忽")
    assert (found["state"], found["reason"], found["record"]) == ("not_needed", "一次性疏忽", None)
    assert await ends("4.11-d") == [("report:1", "not_applicable")]


async def test_only_the_head_decides(unsatisfied, report, ends):
    refused = await report(CLEANING, "decide", 409, **NEEDED)
    assert refused["clause"] == "P00-4.11-d"
    assert await ends("4.11-d") == [("attempt:decide_report", "prevented")]


async def test_a_report_goes_from_the_decision_to_the_seal(unsatisfied, report, ends, api, published):
    found = await report(HEAD, "decide", **NEEDED)
    assert (found["state"], found["waits_for"]) == ("written", "cleaning")
    assert await ends("4.11-d") == [("report:1", "opened")]
    assert ("report:1:nonconformity", "opened") in await ends("4.11-b")
    await report(CLEANING, "correct", correction="调整排班，每天两次巡扫")
    assert ("report:1:nonconformity", "kept") in await ends("4.11-b")
    await report(QUALITY, "verify", is_effective=True, verification="连续三天抽查合格")
    assert await ends("4.11-d") == [("report:1", "kept")]
    [record] = (await api.get("/api/dispatch/records?form=qr_019")).json()["items"]
    assert record["is_as_sealed"] and record["form_number"] == "TXHY.QR-019"
    assert record["fields"] == {
        "case_number": "QR-022/2026-0001",
        "nonconformity": "又漏了",
        "responsible_person": "保洁主管",
        "time_limit": "2026-01-08",
        "correction": "调整排班，每天两次巡扫",
        "verification": "连续三天抽查合格",
    }
    assert [(one["signer"], one["role"]) for one in record["signatures"]] == [("品质员一 Quality 1", "quality_officer")]
    assert ("record:qr_019", "kept") in await ends("5")
    pdf = await api.get(f"/dispatch/records/{record['id']}.pdf?lang=zh")
    said = "".join(PdfReader(BytesIO(pdf.content)).pages[0].extract_text().split())
    for words in ("不合格报告", "TXHY.QR-019", "又漏了", "连续三天抽查合格", "2026年1月8日"):
        assert words in said


async def test_what_does_not_work_goes_back_by_a_new_limit(unsatisfied, report, ends, api):
    await report(HEAD, "decide", **NEEDED)
    await report(CLEANING, "correct", correction="口头提醒")
    found = await report(QUALITY, "verify", is_effective=False, verification="次日复查仍不合格")
    assert (found["state"], found["times_sent_back"]) == ("written", 1)
    await report(CLEANING, "correct", correction="调整排班")
    await report(QUALITY, "verify", is_effective=True, verification="合格")
    [record] = (await api.get("/api/dispatch/records?form=qr_019")).json()["items"]
    assert record["fields"]["correction"] == "口头提醒\n调整排班"
    assert [end for of, end in await ends("4.11-b") if of.startswith("report")] == ["kept", "kept"]


async def test_nobody_verifies_what_they_corrected(unsatisfied, report, house, people, ends):
    await report(HEAD, "decide", **NEEDED)
    await report("management-representative", "correct", 409, correction="不归我管")
    await report(CLEANING, "correct", correction="调整排班")
    await house.running.store.execute("update nonconformities set corrected_by = ?", QUALITY)
    refused = await report(QUALITY, "verify", 409, is_effective=True, verification="合格")
    assert refused["clause"] == "P00-4.11-d" and "Somebody else" in refused["detail"]


async def test_a_correction_that_comes_late_is_said_and_may_still_be_made(unsatisfied, report, house, ends, published):
    await report(HEAD, "decide", **NEEDED)
    await house.advance(days=5)
    assert ("report:1:nonconformity", "breached") in await ends("4.11-b")
    overdue = [task for task in await published(TaskOpened) if task.of == "report:1" and task.kind == "overdue"]
    assert [task.desk for task in overdue] == ["customer_service_head"]
    await report(CLEANING, "correct", correction="调整排班")
    assert ("report:1:nonconformity", "breached") in await ends("4.11-b")


async def test_the_case_stays_open_until_the_report_is_verified(unsatisfied, report, step, published):
    await report(HEAD, "decide", **NEEDED)
    await step(CLEANING, "accept", 2)
    await step(CLEANING, "finish", 2, outcome="solved", measures="加派一人", result="已清理")
    await step(CLEANING, "return", 2)
    said = [(mark.mark, mark.is_set) for mark in await published(MarkSet) if mark.round == 2]
    assert said == [("occasions_settled", False), ("handled", True)]
    await report(CLEANING, "correct", correction="调整排班")
    await report(QUALITY, "verify", is_effective=True, verification="合格")
    assert [mark.is_set for mark in await published(MarkSet) if mark.mark == "occasions_settled"] == [False, True]


async def test_the_head_writes_a_report_without_being_asked(hear, a_complaint, api, house, ends):
    await hear(a_complaint())
    said = {"nonconformity": "现场未设警示", "reason": "抽查发现"}
    refused = await api.post(REPORTS, json=said, headers=house.headers(CLEANING))
    assert refused.status_code == 409
    written = await api.post(REPORTS, json=said, headers=house.headers(HEAD))
    assert written.status_code == 201 and written.json()["state"] == "written"
    assert await ends("4.11-d") == [("attempt:write_report", "prevented"), ("report:1", "opened")]


async def test_nobody_has_to_decide_once_the_case_is_closed(unsatisfied, hear, told_of, api, house):
    case = unsatisfied
    await hear(told_of(case, CaseClosed, received_at=case.received_at, customer=case.customer))
    [found] = (await api.get("/api/dispatch/reports?case=case-1")).json()["items"]
    assert found["state"] == "dropped"
    tasks = (await api.get("/api/dispatch/tasks", headers=house.headers(HEAD))).json()["items"]
    assert [task for task in tasks if task["kind"] == "decide_report"] == []


async def test_a_report_of_another_place_is_not_there(unsatisfied, api, house):
    elsewhere = house.headers("desk-2")
    assert (await api.get(f"{REPORTS}/1", headers=elsewhere)).status_code == 404
    assert (await api.get("/api/dispatch/reports", headers=elsewhere)).json()["items"] == []
    assert (await api.post(f"{REPORTS}/1/decide", json=NEEDED, headers=elsewhere)).status_code == 404


async def test_a_report_goes_its_way_by_plain_forms(unsatisfied, api, house):
    page = "/dispatch/cases/case-1/reports/1"

    async def send(login: str, word: str, **fields: str) -> str:
        headers = {**house.headers(login, "zh"), "Accept": "text/html", "Referer": f"http://closeloop{page}"}
        answer = await api.post(f"{page}/{word}", data=fields, headers=headers)
        assert answer.status_code == 303, answer.text
        looked: str = (await api.get(page, headers=headers)).text
        return looked

    said = await send(HEAD, "decide", is_needed="true", reason="重复发生", nonconformity="", due_on="")
    assert "不合格报告" in said and "TXHY.QR-019" in said and "待纠正" in said
    await send(CLEANING, "correct", correction="调整排班")
    said = await send(QUALITY, "verify", is_effective="true", verification="合格")
    assert "已验证" in said and "/dispatch/records/" in said
