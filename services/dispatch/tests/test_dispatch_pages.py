"""Pages of dispatch: they work as plain forms, in both languages, and say why something is refused."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

import closeloop.dispatch
from closeloop.chassis.catalogue import faults_of

FIRST = "/dispatch/cases/case-1/duties/1"


@pytest.fixture
def look(api, house):
    """`await look("repair-leader", "/dispatch")`: the page as this person reads it."""

    async def page(login: str, url: str, language: str = "en", status: int = 200) -> str:
        answer = await api.get(url, headers={**house.headers(login, language), "Accept": "text/html"})
        assert answer.status_code == status, answer.text
        return answer.text

    return page


@pytest.fixture
def send(api, house):
    """A form is sent by a browser without JavaScript."""

    async def form(login: str, url: str, status: int = 303, **fields):
        headers = {**house.headers(login), "Accept": "text/html", "Referer": f"http://closeloop{FIRST}"}
        answer = await api.post(url, data=fields, headers=headers)
        assert answer.status_code == status, answer.text
        return answer

    return form


async def test_a_repair_goes_its_whole_way_by_plain_forms(hear, a_repair, send, look):
    await hear(a_repair())
    leader, worker = "repair-leader", "repair-worker-1"
    await send(leader, f"{FIRST}/accept")
    await send(leader, f"{FIRST}/assign", to=worker, trade="plumbing")
    await send(worker, f"{FIRST}/arrive", guidance=["tools", "on_site_rules"])
    await send(worker, f"{FIRST}/finish", outcome="solved", work_done="更换角阀")
    await send(worker, f"{FIRST}/sign", signer="王先生", opinion="很及时", satisfied="true", drawing="M 1 2 L 30 40")
    went_to = await send(worker, f"{FIRST}/return", with_original="true")
    assert went_to.headers["location"] == FIRST
    page = await look(worker, FIRST)
    assert 'd="M 1 2 L 30 40"' in page
    assert "Returned" in page and "更换角阀" in page


@pytest.mark.parametrize(("language", "words"), [("zh", "我已到场"), ("en", "I am on site")])
async def test_the_form_stands_under_its_original_title_and_number(hear, a_repair, send, look, language, words):
    await hear(a_repair())
    await send("repair-leader", f"{FIRST}/accept")
    await send("repair-leader", f"{FIRST}/assign", to="repair-worker-1")
    page = await look("repair-worker-1", FIRST, language)
    assert "派工单" in page and "TXHY.QR-024" in page
    assert words in page
    assert 'name="guidance" value="tools"' in page
    assert 'href="tel:+8613800000002"' in page


async def test_a_worker_is_on_site_with_two_taps(hear, a_repair, send, look):
    await hear(a_repair())
    await send("repair-leader", f"{FIRST}/accept")
    await send("repair-leader", f"{FIRST}/assign", to="repair-worker-1")
    desk = await look("repair-worker-1", "/dispatch")
    assert f'href="{FIRST}"' in desk  # one
    sheet = await look("repair-worker-1", FIRST)
    assert re.search(r'action="[^"]*/arrive"', sheet)  # two
    await send("repair-worker-1", f"{FIRST}/arrive")


async def test_whoever_cannot_take_the_step_sees_whom_it_waits_for(hear, a_repair, look):
    await hear(a_repair())
    page = await look("desk-1", FIRST)
    assert "This waits for Repair team leader." in page
    assert "/accept" not in page


async def test_what_is_refused_comes_back_as_the_same_page_with_its_clause(hear, a_repair, send):
    await hear(a_repair())
    answer = await send("repair-worker-1", f"{FIRST}/sign", status=409, signer="王先生")
    assert "P00-4.5-c" in answer.text and "error-summary" in answer.text


async def test_a_form_with_a_gap_comes_back_with_what_was_entered(hear, a_repair, send):
    await hear(a_repair())
    await send("repair-leader", f"{FIRST}/accept")
    answer = await send("repair-leader", f"{FIRST}/assign", status=422, trade="lift")
    assert 'value="lift" selected' in answer.text


async def test_what_is_overdue_says_so_in_words(hear, a_repair, house, look):
    await hear(a_repair())
    await house.advance(hours=3)
    for login in ("repair-leader", "engineering-head"):
        assert "Overdue 2 hours ago" in await look(login, "/dispatch")
    assert "badge bad" in await look("repair-leader", "/dispatch/duties")


async def test_duties_are_filtered_by_the_address(hear, a_repair, a_complaint, look):
    await hear(a_repair())
    await hear(a_complaint("case-2", number="QR-022/2026-0002"))
    every = await look("desk-1", "/dispatch/duties")
    assert "QR-022/2026-0001" in every and "QR-022/2026-0002" in every
    one = await look("desk-1", "/dispatch/duties?desk=cleaning")
    assert "QR-022/2026-0001" not in one and "QR-022/2026-0002" in one
    assert "No such duties" in await look("desk-1", "/dispatch/duties?status=returned")


async def test_a_duty_that_came_back_offers_to_rate_the_case_anew(hear, a_complaint, send, look):
    await hear(a_complaint())
    await send("cleaning-head", f"{FIRST}/reject", reason="不是我们的电梯厅")
    page = await look("customer-service-head", FIRST)
    assert "/intake/cases/case-1" in page and "不是我们的电梯厅" in page
    assert "came back, send it elsewhere" in await look("desk-1", "/dispatch")


async def test_only_whoever_may_put_a_limit_off_is_offered_it(hear, a_repair, send, look):
    await hear(a_repair())
    assert "Put a limit off" not in await look("repair-leader", FIRST)
    assert "Put a limit off" in await look("customer-service-head", FIRST)
    await send("customer-service-head", f"{FIRST}/extend", limit="repair", hours="4", reason="等配件")
    assert "Limit put off to" in await look("customer-service-head", FIRST)


async def test_an_empty_desk_says_what_will_come(running, look):
    assert "没有待办" in await look("repair-worker-2", "/dispatch", "zh")


async def test_a_stranger_is_shown_the_door(api):
    answer = await api.get("/dispatch", headers={"Authorization": "", "Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/login")


async def test_the_script_and_the_style_are_our_own_files(api, running):
    for name in ("signature.js", "sheet.css"):
        assert (await api.get(f"/dispatch/static/{name}")).status_code == 200


def test_every_sentence_is_there_in_chinese():
    assert faults_of(Path(closeloop.dispatch.__file__).parent) == []


async def test_the_form_is_printed_while_it_is_in_work_and_as_it_was_sealed(hear, a_repair, send, look, api, house):
    await hear(a_repair())
    leader, worker = "repair-leader", "repair-worker-1"
    assert f"{FIRST}/form" in await look(leader, FIRST)
    in_work = await look(leader, f"{FIRST}/form", "zh")
    assert "派工单" in in_work and "TXHY.QR-024" in in_work and "办理中，尚未签字或返回。" in in_work
    await send(leader, f"{FIRST}/accept")
    await send(leader, f"{FIRST}/assign", to=worker, trade="plumbing")
    await send(worker, f"{FIRST}/arrive", guidance=["tools", "on_site_rules"])
    await send(worker, f"{FIRST}/finish", outcome="solved", work_done="更换角阀")
    await send(worker, f"{FIRST}/sign", means="refused", witness="邻居李女士")
    sealed = await look(worker, f"{FIRST}/form", "zh")
    assert "更换角阀" in sealed and "拒绝签字" in sealed and "邻居李女士" in sealed and "封存于" in sealed
    pdf = await api.get(f"{FIRST}/form.pdf", headers=house.headers(worker, "zh"))
    said = "".join(PdfReader(BytesIO(pdf.content)).pages[0].extract_text().split())
    for words in ("派工单", "TXHY.QR-024", "更换角阀", "拒绝签字", "邻居李女士", "第1页，共1页"):
        assert words in said
    assert await look("cleaning-head", f"{FIRST}/form", status=404)
