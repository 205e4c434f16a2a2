"""The records on paper: under the titles and numbers of section 5, signed, sealed, kept as long as QP-02 asks."""

from __future__ import annotations

from tests.clauses.packs import clause
from tests.clauses.property_centre.centre import HEAD, Centre

PROCEDURE = "P03"


@clause("P03-4.3.1-b")
def test_the_complaint_sheet_that_came_back_is_signed_and_printed(loop: Centre):
    case = loop.a_handled_complaint(content="电梯厅没有打扫")
    [record] = loop.records("dispatch", key=case["id"], form="qr_023")
    loop.is_printed(record, "投诉处理表", "TXHY.QR-023", "电梯厅没有打扫", "安排保洁员补扫", "保洁主管")
    assert loop.ends_of("P03-4.3.1-b", case) == ["kept"]


@clause("P03-4.5-c")
def test_the_dispatch_order_is_printed_with_the_customers_opinion_and_signature(loop: Centre):
    case = loop.a_handled_repair()
    [record] = loop.records("dispatch", key=case["id"], form="qr_024")
    loop.is_printed(record, "派工单", "TXHY.QR-024", "王先生", "很及时", "更换角阀")
    assert loop.ends_of("P03-4.5-c", case, of="duty:1:sign") == ["kept"]


@clause("P03-4.4-d2")
def test_the_callback_column_is_printed_with_the_customers_opinion_and_signature(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case, form="visit", note="现在每天有人打扫", signature={"means": "drawn", "signer": "李女士"})
    record = loop.records("callback", key=case["id"], form="qr_023")[-1]
    loop.is_printed(record, "TXHY.QR-023", "李女士", "现在每天有人打扫")
    assert loop.ends_of("P03-4.4-d2", case) == ["kept"]


@clause("P03-4.4-e2")
def test_the_reply_letter_is_attached_to_the_record_of_the_complaint(loop: Centre):
    case = loop.a_handled_complaint(channel="superior_body")
    letter = loop.attaches(HEAD, "callback", case)
    said = {"reason": "reply_letter_only", "evidence": {"note": "已复函〔2026〕1号", "attachment": letter}}
    loop.does(HEAD, f"/api/callback/callbacks/{loop.callback(case)['id']}/waiver", said)
    record = loop.records("callback", key=case["id"], form="qr_023")[-1]
    loop.is_printed(record, "TXHY.QR-023", "已复函〔2026〕1号", "客服主管")
    assert record["fields"]["reply_letter"]["hash"] == letter["hash"]
    assert loop.ends_of("P03-4.4-e2", case) == ["kept"]


@clause("P03-4.12-c")
def test_the_records_of_a_closed_case_are_kept_for_their_time(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case)
    for service in ("dispatch", "callback"):
        for record in loop.records(service, key=case["id"]):
            years = int(record["keep_until"][:4]) - int(record["archived_at"][:4])
            assert years == 3 and record["is_as_sealed"]
    ends = loop.ends_of("P03-4.12-c", case)
    assert ends and set(ends) == {"kept"}


@clause("P03-4.12-c")
def test_nobody_disposes_of_a_record_before_its_time(loop: Centre):
    case = loop.a_handled_complaint()
    loop.call_back(case)
    record = loop.records("dispatch", key=case["id"])[0]
    path, meant = f"/api/dispatch/records/{record['id']}/dispose", {"hash": record["hash"]}
    assert loop.is_refused(HEAD, path, meant) == "P03-4.12-c"
    assert "prevented" in loop.ends_of("P03-4.12-c", case)


@clause("P03-5")
def test_the_forms_have_these_titles_and_numbers(loop: Centre):
    repair, complaint = loop.a_handled_repair(), loop.a_handled_complaint()
    loop.call_back(complaint, "dissatisfied")
    loop.a_verified_report(complaint)
    for form, title, number, case in (
        ("qr_019", "不合格报告", "TXHY.QR-019", complaint),
        ("qr_023", "投诉处理表", "TXHY.QR-023", complaint),
        ("qr_024", "派工单", "TXHY.QR-024", repair),
    ):
        key = loop.report_on(case) if form == "qr_019" else case["id"]
        record = loop.records("dispatch", key=key, form=form)[0]
        loop.is_printed(record, title, number)
        ends = [one["end"] for one in loop.occasions_of("P03-5") if form in one["of"] and one["key"] == key]
        assert ends and set(ends) == {"kept"}, form
    register = loop.page(HEAD, "/intake/register", period=loop.month())
    assert "业主住户投诉/报修登记表" in register and "TXHY.QR-022" in register and repair["number"] in register
