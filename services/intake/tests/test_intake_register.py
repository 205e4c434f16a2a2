"""The register as its form: a row for each case, with what the other departments told of it."""

from datetime import timedelta

import pytest

from closeloop.contracts.callback import CallbackAttempted, CallbackPlanned, CallbackWaived
from closeloop.contracts.dispatch import DutyIssued
from closeloop.contracts.event import CaseHeader

FORM = "/api/intake/register"


@pytest.fixture
def tell(hear, house):
    """`await tell(case, CallbackWaived, reason="declined")`: dispatch or callback says something of a case."""
    told: dict[str, int] = {}

    async def said(case, event, **more):
        by = event.publisher
        told[by] = told.get(by, 0) + 1
        header = CaseHeader(
            id=case["id"],
            number=case["number"],
            kind="repair",
            basic_kind="repair",
            procedure="P00",
            procedure_version="1.0",
        )
        base = {"id": f"main.{by}.{case['id']}.{told[by]}", "key": case["id"], "sequence": told[by], "case": header}
        await hear(event(**base, **more), teller=by)

    return said


def a_duty(number, desk, form="qr_024"):
    return {"duty_id": "d", "number": number, "rule": "work_order", "desk": desk, "form": form}


A_CALLBACK = {"callback_id": "c", "number": 1}


async def test_every_case_is_a_row_with_what_the_others_told(api, register, a_repair, a_complaint, tell, house):
    repair = await register(a_repair)
    complaint = await register(a_complaint, wants_callback=False)
    await tell(repair, DutyIssued, **a_duty(1, "repair_leader"))
    await tell(repair, DutyIssued, **a_duty(2, "repair_leader"))
    due = house.clock.now() + timedelta(days=3)
    await tell(repair, CallbackPlanned, due_at=due, reason="handled", desk="callback", form="telephone", **A_CALLBACK)
    body = (await api.get(FORM, params={"period": "2026-01"})).json()
    first, second = body["items"]
    assert (body["form"], first["serial_number"], second["serial_number"]) == (
        "qr_022",
        repair["number"],
        complaint["number"],
    )
    assert first["forwarded_to"] == [{"zh": "维修队伍负责人", "en": "Repair team leader"}]
    assert first["sheet_number"] == ["TXHY.QR-024 (1)", "TXHY.QR-024 (2)"]
    assert (first["callback"]["en"], first["callback_date"]["en"]) == ("Required", "until 8 Jan 2026")
    assert second["callback"]["zh"] == "不需回访：客户表示不需回访"
    assert second["state"] == {"zh": "已登记", "en": "Registered"}
    assert (second["handling_requirement"], second["forwarded_to"]) == ("马上打扫", [])


async def test_the_newest_word_about_the_callback_counts(api, register, a_repair, tell, house):
    case = await register(a_repair)
    now = house.clock.now()
    await tell(case, CallbackPlanned, due_at=now, reason="handled", desk="callback", form="telephone", **A_CALLBACK)
    await tell(case, CallbackAttempted, form="telephone", outcome="satisfied", attempted_at=now, **A_CALLBACK)
    [row] = (await api.get(FORM)).json()["items"]
    assert row["callback"]["en"] == "Required. Satisfied"
    assert row["callback_date"]["zh"] == "2026年1月5日"
    await tell(case, CallbackWaived, reason="reply_letter_only", **A_CALLBACK)
    [row] = (await api.get(FORM)).json()["items"]
    assert row["callback"]["zh"] == "不需回访：上级部门只要求复函"


async def test_a_customer_who_left_no_contact_is_said_to_have_left_none(api, register, a_repair):
    await register(a_repair, customer=None, anonymous=True)
    [row] = (await api.get(FORM, params={"period": "2026-W02"})).json()["items"]
    assert (row["contact"]["en"], row["name"]["zh"]) == ("none left", "匿名")
    assert row["callback"]["en"] == "Not required: no contact was left"


async def test_a_period_a_place_and_a_person_have_their_own_rows(api, house, register, a_repair, a_complaint):
    await register(a_repair)
    await register(a_complaint)
    assert len((await api.get(FORM, params={"place": "river-towers"})).json()["items"]) == 1
    assert (await api.get(FORM, params={"period": "2025-12"})).json()["items"] == []
    of_one_place = await api.get(FORM, headers=house.headers("desk-2"))
    assert [row["kind"] for row in of_one_place.json()["items"]] == ["repair"]
    assert (await api.get(FORM, params={"period": "soon"})).status_code == 422
    assert (await api.get(FORM, params={"procedure": "P77"})).status_code == 404


async def test_the_register_is_printed_under_its_chinese_title_and_number(api, register, a_repair, tell):
    case = await register(a_repair)
    await tell(case, DutyIssued, **a_duty(1, "repair_leader"))
    page = (await api.get("/intake/register", params={"lang": "en"}, headers={"accept": "text/html"})).text
    for words in (
        "业主住户投诉/报修登记表",
        "TXHY.QR-022",
        case["number"],
        "Repair team leader",
        "January 2026",
        "1 cases.",
    ):
        assert words in page, words
    assert "/intake/register.pdf?period=2026-01" in page
    pdf = await api.get("/intake/register.pdf")
    assert pdf.status_code in (200, 503), pdf.text
    if pdf.status_code == 200:
        assert pdf.content.startswith(b"%PDF")


async def test_the_register_page_leads_to_the_form(api):
    assert "/intake/register?procedure=P00" in (await api.get("/intake", headers={"accept": "text/html"})).text
