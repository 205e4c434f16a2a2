"""The signature sheet in a real browser: what a finger draws reaches the work order."""

from __future__ import annotations

import asyncio
import shutil

import pytest
import uvicorn

from closeloop.chassis.app import ServiceApp
from closeloop.contracts.dispatch import DutySigned
from closeloop.dispatch import actions
from closeloop.dispatch.steps.forms import AssignForm, ResultForm, StepForm

pytestmark = pytest.mark.browser
LEADER, WORKER = frozenset({"repair_leader"}), "repair-worker-1"


@pytest.fixture
async def address(running):
    """The service on a port of its own."""
    server = uvicorn.Server(uvicorn.Config(ServiceApp(running), port=0, log_level="warning", lifespan="off", ws="none"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


async def test_a_drawn_name_reaches_the_work_order(hear, a_repair, house, people, address, published):
    from playwright.async_api import async_playwright

    await hear(a_repair())
    worker = people.person(WORKER)
    await house.do(actions.accept_duty, 1, StepForm(), LEADER, by="repair-leader", key="case-1")
    await house.do(actions.assign_duty, 1, AssignForm(to=WORKER), (worker,), LEADER, by="repair-leader", key="case-1")
    await house.do(actions.arrive_at_duty, 1, StepForm(), frozenset(), by=WORKER, key="case-1")
    done = ResultForm(outcome="solved", fields={"work_done": "更换角阀"})
    await house.do(actions.finish_duty, 1, done, frozenset(), by=WORKER, key="case-1")
    async with async_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        phone = await browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True)
        token = people.issue_token(worker)
        await phone.add_cookies([{"name": "closeloop", "value": token, "url": address}])
        page = await phone.new_page()
        page.set_default_timeout(15_000)
        await page.goto(f"{address}/dispatch/cases/case-1/duties/1")
        sheet = page.locator("canvas")
        await sheet.scroll_into_view_if_needed()
        box = await sheet.bounding_box()
        assert box is not None and box["width"] <= 390
        await page.mouse.move(box["x"] + 20, box["y"] + 20)
        await page.mouse.down()
        await page.mouse.move(box["x"] + 120, box["y"] + 60, steps=5)
        await page.mouse.up()
        await page.get_by_role("button", name="签字").click()
        await page.locator(".signed svg path").wait_for()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await browser.close()
    [signed] = await published(DutySigned)
    assert signed.signature.means == "drawn" and signed.signature.image is not None
