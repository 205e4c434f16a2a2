"""One case through the whole loop by clicking the real pages: at the desk, on a worker's phone, at the customer's."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys import the_loop as loop
from tests.journeys.child import until
from tests.journeys.site import Site

pytestmark = pytest.mark.browser
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
SEND = "main form button.primary"


def fits(page: Any) -> None:
    """Nothing hangs over the edge of the screen, and the browser has nothing to complain about."""
    assert page.evaluate(TOO_WIDE) <= 0, page.url
    assert page.complaints == [], page.url


def saved(page: Any) -> None:
    """The page says that it was done."""
    page.wait_for_selector("main .said")
    fits(page)


def reload_until(page: Any, address: str, selector: str) -> None:
    """Look at a page again until it shows something."""

    def shown() -> bool:
        page.goto(address)
        return page.locator(selector).count() > 0

    until(shown, f"{selector} at {address}")
    fits(page)


def register(page: Any) -> str:
    """The desk takes a repair down, and rates its trade by hand; the number of the case."""
    page.click("nav.stages a[href='/intake']")
    page.click("main .head a.button[href$='/cases/new']")
    page.check("[name=kind][value=repair]")
    page.check("[name=channel][value=telephone]")
    page.fill("[name=content]", "厨房水管漏水，水已流到客厅")
    page.select_option("[name=place]", "garden-estate")
    page.fill("[name='customer.name']", "王先生")
    page.fill("[name='customer.phone']", "13800000002")
    page.fill("[name='customer.address']", "5-0301")
    page.fill("[name=remedy_sought]", "请尽快修好")
    page.click(SEND)
    page.wait_for_url("**/intake/cases/QR-022-*")
    saved(page)
    number = page.inner_text("h1")
    page.click("summary >> nth=0")
    page.select_option("[name='facets.trade']", "plumbing")
    page.fill("[name=reason]", "漏水属于给排水")
    page.click("#rating ~ details button.primary")
    saved(page)
    return number


def accept_and_assign(page: Any, number: str) -> str:
    """The leader finds the order among the tasks and gives it to a worker; the address of the order."""
    reload_until(page, "/dispatch", f"text={number}")
    page.locator("tr", has_text=number).locator("a.task-title").first.click()
    page.wait_for_url("**/duties/*")
    page.click(SEND)
    saved(page)
    page.select_option("[name=to]", "repair-worker-1")
    page.click(SEND)
    saved(page)
    return page.url


def work_and_sign(page: Any, number: str, *, drawn: bool) -> None:
    """On site with the phone: arrived, done, signed with a finger or by name, handed back."""
    reload_until(page, "/dispatch", f"text={number}")
    page.locator("tr", has_text=number).locator("a.task-title").first.click()
    page.wait_for_url("**/duties/*")
    page.click(SEND)
    saved(page)
    page.fill("[name='fields.work_done']", "更换角阀，试水不漏")
    page.click(SEND)
    page.wait_for_selector("[name=signer]")
    saved(page)
    page.fill("[name=signer] >> nth=0", "王先生")
    if drawn:
        sheet = page.locator("canvas")
        sheet.scroll_into_view_if_needed()
        box = sheet.bounding_box()
        page.mouse.move(box["x"] + 30, box["y"] + 40)
        page.mouse.down()
        page.mouse.move(box["x"] + 160, box["y"] + 70, steps=6)
        page.mouse.up()
        assert page.input_value("[name=drawing]").startswith("M")
    page.click("form:has([name=signer]) button.primary")
    page.wait_for_selector("form[action$='/return']")
    saved(page)
    page.click("form[action$='/return'] button.primary")
    page.wait_for_selector("form[action$='/return']", state="detached")
    saved(page)


def call_back(page: Any, number: str, outcome: str, note: str) -> None:
    """The customer is asked by telephone."""
    reload_until(page, "/callback?show=due", f"text={number}")
    page.click(f"a.number:has-text('{number}')")
    page.check(f"[name=outcome][value={outcome}]")
    page.fill("[name=note] >> nth=0", note)
    page.click("form:has([name=outcome]) button.primary")
    saved(page)


def stands_at(page: Any, number: str, words: str) -> None:
    """The case page shows this badge."""
    reload_until(page, f"/intake/cases/{number}", f"main .head .badge:has-text('{words}')")


@pytest.fixture(scope="module")
def number(site: Site, door: Any) -> str:
    """The case that was clicked through the loop, from the telephone call to its closing in the second round."""
    desk, leader = door.sign_in("desk-1"), door.sign_in("repair-leader")
    worker, head = door.sign_in("repair-worker-1", phone=True), door.sign_in("customer-service-head")
    case = register(desk)
    accept_and_assign(leader, case)
    work_and_sign(worker, case, drawn=True)
    stands_at(desk, case, "已处理")
    site.advance("7d")  # on Monday the repairs of the week before are drawn
    call_back(head, case, "dissatisfied", "又漏了")
    stands_at(desk, case, "第 2 轮")
    accept_and_assign(leader, case)
    work_and_sign(worker, case, drawn=False)
    call_back(head, case, "satisfied", "这次真的好了")
    stands_at(desk, case, "已关闭")
    for page in (desk, leader, worker, head):
        page.context.close()
    return case


@pytest.fixture(scope="module")
def survey(site: Site, door: Any, number: str) -> str:
    """A survey that the head planned, somebody else approved, and the head opened; its address."""
    head, representative = door.sign_in("customer-service-head"), door.sign_in("management-representative")
    head.goto("/survey")
    head.click("main .head a.button")
    head.check("[name=what] >> nth=0")
    head.fill("[name=starts_on]", "2026-01-05")
    head.click(SEND)
    head.wait_for_url("**/survey/surveys/*")
    saved(head)
    address = head.url
    representative.goto(address)
    representative.click("form[action$='/approve'] button.primary")
    saved(representative)
    head.goto(address)
    head.click("form[action$='/open'] button.primary")
    saved(head)
    site.advance("2d")
    reload_until(head, address, "td a[href^='/public/']")
    for page in (head, representative):
        page.context.close()
    return address


def test_the_case_is_closed_in_its_second_round(site: Site, number: str):
    case = site.as_("desk-1").get(f"/api/intake/cases/{number}")
    assert (case["status"], case["round"], case["facets"]["trade"]) == ("closed", 2, "plumbing")
    first, second = loop.duty_of(site, case), loop.duty_of(site, case, 2)
    assert (first["signature"]["means"], second["signature"]["means"]) == ("drawn", "typed")


def test_the_same_page_in_the_other_language(door: Any, number: str):
    page = door.sign_in("desk-1")
    page.goto(f"/intake/cases/{number}")
    chinese = page.inner_text("nav.stages")
    page.click("text=English")
    page.wait_for_selector("html[lang=en]")
    assert page.inner_text("nav.stages") != chinese and page.inner_text("h1") == number
    fits(page)
    page.goto("/dispatch")
    assert page.get_attribute("html", "lang") == "en"
    page.click("text=中文")
    page.wait_for_selector("html[lang=zh-CN]")
    page.context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_customer_answers_the_sheet_on_a_phone(site: Site, door: Any, survey: str, javascript: bool):
    if not javascript:
        case = loop.register_repair(site, "门锁坏了")
        loop.carry_out_work_order(site, case)
        loop.call_back(site, case, "satisfied", "好了")
        loop.wait_for_status(site, case, "closed")
        site.advance("2d")
    identity = survey.rsplit("/", 1)[1]
    head = site.as_("customer-service-head")

    def sent() -> Any:
        sheets = head.get(f"/api/survey/surveys/{identity}/sheets", returned="false")["items"]
        return sheets and sheets[0]

    sheet = until(sent, "a sheet that nobody answered yet")
    page = door.open(phone=True, java_script_enabled=javascript)
    page.goto(sheet["address"])
    page.click("main button[value=very_satisfied]" if javascript else "main button[value=dissatisfied]")
    page.wait_for_selector("[name=speed]")
    page.check("[name=speed][value=satisfied]")
    if not javascript:
        page.fill("[name=remark]", "来得太慢")
    page.click(SEND)
    page.wait_for_selector("text=谢谢")
    assert page.locator("form[action^='/public']").count() == 0
    if javascript:
        fits(page)
    page.context.close()
    until(
        lambda: head.get(f"/api/survey/surveys/{identity}/sheets", returned="true")["items"], "a sheet that came back"
    )


def test_the_board_shows_the_case_and_opens_into_it(door: Any, number: str):
    page = door.sign_in("quality-1")
    reload_until(page, "/stats?period=2026-01", "main .figure a")
    page.click("main .figure:has-text('登记事项数') a")
    page.wait_for_selector(f"text={number}")
    fits(page)
    page.goto("/stats/clauses?period=2026-01")
    page.wait_for_selector("text=P03-4.5-c")
    fits(page)
    page.context.close()
