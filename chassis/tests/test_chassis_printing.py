"""Records on paper: the sheet as a page and as PDF, read back, in both languages."""

from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from closeloop.chassis.acting import here
from closeloop.chassis.hearing import Hears
from closeloop.chassis.piece import Piece
from closeloop.chassis.records import KeptRecord, keep_record, pdf, seal_record, sign_record
from closeloop.chassis.records.printed import Printed, printed_form, printed_register
from closeloop.chassis.service import Service
from closeloop.chassis.work import Work
from closeloop.contracts.vocabulary import SignatureMeans

SHEET = {
    "register_number": "QR-022/2026-0001",
    "received_at": "2026-01-05T01:00:00+00:00",
    "customer": "王先生",
    "content": "电梯厅连续三天没有打扫 #let *x* = <b>1</b>",
    "measures": "增派一名保洁员，每天两次",
}
HTML = {"accept": "text/html"}


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], Hears())


@pytest.fixture
async def a_record(running: Any, a_person: Any) -> KeptRecord:
    """A sheet, signed by the customer and by whoever saw a refusal, sealed, of the first estate."""

    def write(work: Work) -> KeptRecord:
        pack = work.pack("P00")
        record = keep_record(work, pack, "qr_023", SHEET, of="duty:1", number="QR-022/2026-0001", place="garden-estate")
        drawn = {"means": SignatureMeans.DRAWN, "drawing": "M 20 20 L 300 120 L 500 60"}
        sign_record(work, record, signer="王先生", role="customer", **drawn)  # type: ignore[arg-type]
        refused = SignatureMeans.REFUSED
        sign_record(work, record, signer="", role="customer_service_head", means=refused, witness="保洁主管")
        return seal_record(work, record, pack)

    here.set(running)
    piece = Piece("write", "http", ("case-1",), write, by=a_person("desk-1"))
    result: KeptRecord = (await running.submit(piece)).result
    return result


def read_back(content: bytes) -> tuple[list[str], str]:
    pages = [page.extract_text() for page in PdfReader(BytesIO(content)).pages]
    return pages, "".join("".join(pages).split())


async def test_a_record_is_shown_under_its_title_and_number_with_its_signatures(api, a_record):
    page = await api.get(f"/chassis/records/{a_record.id}?lang=zh", headers=HTML)
    said = page.text
    assert page.status_code == 200
    for words in ("投诉处理表", "TXHY.QR-023", "版本 1", "王先生", "手写签名", "拒绝签字", "保洁主管", a_record.hash):
        assert words in said, words
    assert "&lt;b&gt;" in said and 'd="M 20 20 L 300 120 L 500 60"' in said
    assert all(one["hash"] in said for one in a_record.signatures)


async def test_the_title_stays_chinese_whoever_reads(api, a_record):
    said = (await api.get(f"/chassis/records/{a_record.id}?lang=en", headers=HTML)).text
    assert '<h1 lang="zh-CN">投诉处理表</h1>' in said
    assert "Complaint handling sheet" in said and "Refused to sign" in said and "Witness" in said


async def test_the_pdf_says_in_chinese_what_the_record_says(api, a_record):
    answer = await api.get(f"/chassis/records/{a_record.id}.pdf?lang=zh")
    assert answer.headers["content-type"] == "application/pdf"
    pages, said = read_back(answer.content)
    assert len(pages) == 1 and "第1页，共1页" in said
    for words in ("投诉处理表", "TXHY.QR-023", "电梯厅连续三天没有打扫#let*x*=<b>1</b>", "增派一名保洁员", "保洁主管"):
        assert words in said, words
    assert a_record.hash in said
    about = PdfReader(BytesIO(answer.content)).metadata
    assert about is not None and about.title == "投诉处理表 TXHY.QR-023"


async def test_the_pdf_in_english_keeps_the_chinese_title(api, a_record):
    _, said = read_back((await api.get(f"/chassis/records/{a_record.id}.pdf?lang=en")).content)
    assert "投诉处理表" in said and "Complainthandlingsheet" in said and "Page1of1" in said


async def test_a_register_is_a_table_on_as_many_pages_as_it_needs(pack):
    rows = [{"serial_number": f"QR-022/2026-{n:04}", "content": f"第{n}件：楼道灯不亮"} for n in range(1, 81)]
    printed = printed_register(pack, "qr_022", rows, about="2026-01")
    pages, said = read_back(await pdf.pdf_of(printed, "zh"))
    assert len(pages) > 2 and f"第{len(pages)}页，共{len(pages)}页" in said
    assert all(f"QR-022/2026-{n:04}" in said for n in (1, 40, 80))
    assert all("序号" in page for page in pages)


async def test_a_form_without_a_print_layout_is_printed_field_by_field(pack):
    printed = printed_form(pack, "qr_019", {"nonconformity": "复查仍有积水"})
    _, said = read_back(await pdf.pdf_of(printed, "zh"))
    assert "不合格报告" in said and "TXHY.QR-019" in said and "复查仍有积水" in said and "纠正措施" in said


async def test_a_record_as_json_says_whether_it_is_as_it_was_sealed(api, a_record, running):
    [found] = (await api.get("/api/chassis/records?form=qr_023&key=case-1")).json()["items"]
    assert found["id"] == a_record.id and found["is_as_sealed"] and found["form_number"] == "TXHY.QR-023"
    assert (await api.get("/api/chassis/records?form=qr_024")).json()["items"] == []
    await running.store.execute("update records set made_by = ? where id = ?", "somebody", a_record.id)
    assert not (await api.get(f"/api/chassis/records/{a_record.id}")).json()["is_as_sealed"]
    page = await api.get(f"/chassis/records/{a_record.id}?lang=zh", headers=HTML)
    assert "此记录与封存时不一致" in page.text


@pytest.mark.parametrize("path", ["/api/chassis/records/{}", "/chassis/records/{}", "/chassis/records/{}.pdf"])
async def test_nobody_reads_a_record_of_another_place(api, house, a_record, path):
    elsewhere = house.headers("desk-2")
    assert (await api.get(path.format(a_record.id), headers=elsewhere)).status_code == 404
    assert (await api.get("/api/chassis/records", headers=elsewhere)).json()["items"] == []


@pytest.fixture
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_known", type(pdf._known)())


@pytest.fixture(params=["library", "font"])
def missing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, nothing_known: None) -> str:
    """What has to be installed first; the child really does without it."""
    if request.param == "font":
        monkeypatch.setattr(pdf, "FONTS", ("No such font",))
        return "fonts-noto-cjk"
    monkeypatch.setattr(pdf, "COMMAND", (pdf.COMMAND[0], "-S", *pdf.COMMAND[1:]))
    return "closeloop-chassis[pdf]"


async def test_what_is_missing_is_named_by_the_button_and_by_the_answer(api, a_record, missing):
    page = await api.get(f"/chassis/records/{a_record.id}", headers=HTML)
    assert page.status_code == 200 and missing in page.text and f"{a_record.id}.pdf" not in page.text
    answer = await api.get(f"/chassis/records/{a_record.id}.pdf")
    assert answer.status_code == 501 and missing in answer.json()["detail"]
    assert answer.json()["type"] == "urn:closeloop:problem:not-installed"


def test_cells_fill_their_rows(pack):
    printed: Printed = printed_form(pack, "qr_023", SHEET)
    for block in printed.blocks:
        assert all(sum(cell.span for cell in row) == block.columns for row in block.rows)


async def test_the_list_of_records_leads_to_each_sheet(api, house, a_record):
    listed = await api.get("/chassis/records?key=case-1&lang=zh", headers=HTML)
    assert f"/chassis/records/{a_record.id}" in listed.text and "TXHY.QR-023" in listed.text
    elsewhere = await api.get("/chassis/records", headers={**house.headers("desk-2"), **HTML})
    assert elsewhere.status_code == 200 and a_record.id not in elsewhere.text
