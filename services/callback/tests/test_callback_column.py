"""The callback column: the form that came back with the work is filled, signed, kept and sealed here."""

import pytest

from closeloop.chassis.records import is_as_sealed
from closeloop.contracts.callback import CallbackWaived
from closeloop.contracts.dispatch import DutyReturned
from closeloop.contracts.intake import CaseAssessed, CaseClosed, RoundOpened
from closeloop.contracts.record import Record
from closeloop.contracts.vocabulary import OccasionEnd

ATTEMPTS, WAIVER = "/api/callback/callbacks/case1.1/attempts", "/api/callback/callbacks/case1.1/waiver"
CALL = {"form": "telephone", "outcome": "satisfied", "note": "很满意"}
HEAD = "customer-service-head"


@pytest.fixture
async def came_back(hear, about, handled):
    """The complaint sheet came back with the result; its callback column is empty."""

    async def sheet(kind="complaint", form="qr_023", round_=1, **fields):
        written = {"register_number": "B-1", "content": "楼道没人打扫", "measures": "补扫", "result": "已清扫"} | fields
        if form == "qr_024":
            written = {"register_number": "B-1", "content": "水管漏水", "work_done": "换管"} | fields
        await hear(about(CaseAssessed, kind))
        record = Record(form=form, version="1", fields=written)
        await hear(about(DutyReturned, kind, form=form, record=record, round=round_))
        await hear(handled(kind, round=round_))

    return sheet


@pytest.fixture
def records(api, house):
    async def kept(login=HEAD):
        found = await api.get("/api/callback/records?key=case1", headers=house.headers(login))
        return sorted(found.json()["items"], key=lambda one: one["made_at"])

    return kept


async def test_the_caller_fills_the_column_of_the_sheet_that_came_back(came_back, api, records):
    await came_back()
    await api.post(ATTEMPTS, json=CALL)
    [record] = await records()
    assert record["form"] == "qr_023" and record["hash"] and record["fields"]["measures"] == "补扫"
    for words in ("电话回访", "满意", "前台一", "很满意"):
        assert words in record["fields"]["callback"]
    assert "signature" not in record["fields"] and record["signatures"] == []


async def test_every_attempt_adds_a_line_and_the_last_one_seals(came_back, api, records):
    await came_back()
    await api.post(ATTEMPTS, json={"form": "telephone", "outcome": "unreachable"})
    [open_one] = await records()
    assert open_one["hash"] is None
    await api.post(ATTEMPTS, json=CALL)
    [record] = await records()
    assert record["hash"] and len(record["fields"]["callback"].splitlines()) == 2


async def test_at_a_visit_the_customer_writes_an_opinion_and_signs(came_back, api, records):
    await came_back()
    visit = CALL | {"form": "visit", "signature": {"means": "paper", "signer": "李梅"}}
    assert (await api.post(ATTEMPTS, json=visit)).status_code == 201
    [record] = await records()
    assert (record["fields"]["opinion"], record["fields"]["signature"]) == ("很满意", "李梅")
    [signature] = record["signatures"]
    assert (signature["signer"], signature["role"], signature["means"]) == ("李梅", "customer", "paper")


async def test_a_refusal_to_sign_stands_on_the_sheet_with_its_witness(came_back, api, records):
    await came_back()
    visit = CALL | {"form": "visit", "signature": {"means": "refused", "witness": "王保安"}}
    assert (await api.post(ATTEMPTS, json=visit)).status_code == 201
    [signature] = (await records())[0]["signatures"]
    assert (signature["means"], signature["witness"]) == ("refused", "王保安")


async def test_what_was_signed_stays_and_is_carried_on_by_another_record(came_back, api, records):
    await came_back()
    visit = CALL | {"form": "visit", "signature": {"means": "paper", "signer": "李梅"}}
    await api.post(ATTEMPTS, json=visit | {"answer_by": "2026-01-06T10:00:00+08:00"})
    assert (await api.post(ATTEMPTS, json=CALL)).status_code == 201
    first, second = await records()
    assert first["hash"] and len(first["signatures"]) == 1
    assert second["corrects"] == first["id"] and second["hash"]
    assert len(second["fields"]["callback"].splitlines()) == 2


async def test_the_customers_opinion_on_the_order_stays_as_it_was_written(came_back, api, records, house):
    await came_back("repair", "qr_024", customer_opinion="修得好", signature="王先生")
    visit = CALL | {"form": "visit", "signature": {"means": "typed", "signer": "李梅"}}
    answer = await api.post(ATTEMPTS, json=visit, headers=house.headers("callback-1"))
    assert answer.status_code == 201, answer.text
    [record] = await records()
    assert record["form"] == "qr_024"
    assert (record["fields"]["customer_opinion"], record["fields"]["signature"]) == ("修得好", "王先生")


async def test_a_sheet_that_never_came_is_filled_from_the_case(hear, about, handled, api, records):
    await hear(about(CaseAssessed))
    await hear(handled())
    await api.post(ATTEMPTS, json=CALL)
    [record] = await records()
    assert record["fields"]["content"] and record["fields"]["callback"]


async def test_each_round_has_a_record_of_its_own(came_back, api, records, hear, about):
    await came_back()
    await api.post(ATTEMPTS, json=CALL | {"outcome": "dissatisfied"})
    await hear(about(RoundOpened, round=2))
    await came_back(round_=2, result="重新清扫")
    await api.post("/api/callback/callbacks/case1.2/attempts", json=CALL)
    first, second = await records()
    assert (first["of"], second["of"]) == ("callback:1", "callback:2")
    assert second["fields"]["result"] == "重新清扫" and "不满意" not in second["fields"]["callback"]


async def test_the_reply_letter_is_attached_to_the_record_and_signed_by_whoever_granted_it(
    came_back, api, records, house, published
):
    await came_back()
    letter = {"file": ("reply.pdf", b"%PDF-1.7 reply %%EOF")}
    sent = (await api.post("/api/callback/attachments?about=case1", files=letter)).json()
    proof = {name: sent[name] for name in ("hash", "size", "type")}
    body = {"reason": "reply_letter_only", "evidence": {"note": "复函 12 号", "attachment": proof}}
    answer = await api.post(WAIVER, json=body, headers=house.headers(HEAD))
    assert answer.status_code == 201, answer.text
    [record] = await records()
    assert record["fields"]["reply_letter"]["hash"] == proof["hash"] and record["hash"]
    assert [one["role"] for one in record["signatures"]] == ["customer_service_head"]
    [told] = await published(CallbackWaived)
    ends = {one.clause: one.end for one in told.occasions}
    assert ends["P00-4.4-e1"] == ends["P00-4.4-e2"] == OccasionEnd.KEPT
    assert ends["P00-4.4-d1"] == OccasionEnd.WAIVED


async def test_the_records_of_a_closed_case_are_archived_as_they_were_sealed(
    came_back, api, hear, about, running, records
):
    await came_back()
    await api.post(ATTEMPTS, json={"form": "telephone", "outcome": "unreachable"})
    await hear(about(CaseClosed, how="person"))
    [record] = await records()
    assert record["hash"] and record["archived_at"]
    from sqlalchemy import select

    from closeloop.chassis.records import KeptRecord
    from closeloop.chassis.rows import table_of

    [row] = await running.read.rows(KeptRecord, select(table_of(KeptRecord)))
    assert is_as_sealed(row)


async def test_the_record_can_be_printed_from_the_page_of_the_callback(came_back, api, records, house):
    await came_back()
    await api.post(ATTEMPTS, json=CALL)
    [record] = await records()
    html = {"accept": "text/html", "origin": "http://closeloop"} | house.headers("desk-1", "zh")
    page = await api.get("/callback/callbacks/case1.1", headers=html)
    assert f"/callback/records/{record['id']}" in page.text
    printed = await api.get(f"/callback/records/{record['id']}", headers=html)
    assert printed.status_code == 200 and "投诉处理表" in printed.text and "电话回访" in printed.text
