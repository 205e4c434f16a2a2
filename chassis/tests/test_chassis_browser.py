"""Every part of a page in a real browser: at a desk and on a phone, both languages, light, dark, without JavaScript."""

import shutil
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from closeloop.chassis.pages.sampler import a_sampler

pytestmark = pytest.mark.browser
PAGE = "/dispatch/sampler"
SMALLEST_TARGET = 44
TOO_SMALL = """least => [
  ...document.querySelectorAll('button, .button, input:not([type=hidden]), select, nav a, .choice')]
  .filter(e => e.offsetParent && !e.closest('.choice > *') && e.getBoundingClientRect().height < least - .5)
  .map(e => e.outerHTML)"""
TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[tuple[str, str]]:
    """The address of a running sampler, and a token of the desk."""
    app = a_sampler(tmp_path_factory.mktemp("house"))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", ws="none"))
    started, start = threading.Event(), server.startup

    async def startup(sockets=None) -> None:
        await start(sockets)
        started.set()

    server.startup = startup  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(20)
    port = server.servers[0].sockets[0].getsockname()[1]
    people = app.state.people
    yield f"http://127.0.0.1:{port}", people.issue_token(people.person("desk-1"))
    server.should_exit = True
    thread.join(20)


@pytest.fixture(scope="module")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api")
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def a_page(chromium, house, **looks):
    address, token = house
    context = chromium.new_context(base_url=address, **looks)
    context.add_cookies([{"name": "closeloop", "value": token, "url": address}])
    return context.new_page()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits_its_screen_and_every_target_can_be_hit(chromium, house, width, scheme, language):
    page = a_page(chromium, house, locale=language, color_scheme=scheme, viewport={"width": width, "height": 844})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(PAGE)
    assert page.evaluate(TOO_WIDE) <= 0
    assert page.evaluate(TOO_SMALL, SMALLEST_TARGET) == []
    assert complaints == []
    page.context.close()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_wrong_form_comes_back_until_it_is_right(chromium, house, javascript):
    page = a_page(chromium, house, locale="en", java_script_enabled=javascript)
    page.goto(PAGE)
    for _time in range(2):
        page.fill("[name=result]", "x")
        page.click("main form .button.primary")
        page.wait_for_selector(".error-summary")
        assert page.input_value("[name=result]") == "x"
    page.check("[value=done]")
    page.fill("[name=result]", "sealed")
    page.fill("[name=minutes]", "5")
    page.click("main form .button.primary")
    page.wait_for_selector(".said")
    assert page.url.endswith(PAGE)
    page.context.close()


def test_after_an_error_the_keyboard_stands_at_the_summary(chromium, house):
    page = a_page(chromium, house, locale="en")
    page.goto(PAGE)
    page.click("main form .button.primary")
    page.wait_for_selector(".error-summary")
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "result"
    page.context.close()
