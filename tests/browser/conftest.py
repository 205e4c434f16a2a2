"""The whole site and a real Chromium; everybody signs in at the door with the password of the data folder."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.child import Closeloop
from tests.journeys.site import Site

QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """All services in a process of its own, on a simulated Monday."""
    folder = tmp_path_factory.mktemp("browsed")
    words = ("up", "--port", 0, "--clock", "2026-01-05T09:00+08:00", "--data", folder / "data", "--log", "warning")
    with Closeloop(*words, folder=folder) as running, Site(folder / "data", running.address) as here:
        yield here


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A real browser."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


class Door:
    """Opens browsers for people: at a desk, or with a telephone in the hand."""

    def __init__(self, site: Site, chromium: Any) -> None:
        self.site, self.chromium = site, chromium
        self.address = site.address_of("/")
        self.passwords = dict(
            line.split()[:2]
            for line in (site.data / "passwords.txt").read_text().splitlines()
            if len(line.split()) == 2
        )

    def open(self, *, phone: bool = False, **looks: Any) -> Any:
        """A fresh page of somebody whom nobody knows; what the console complains about fails the test."""
        size = {"width": 390, "height": 844} if phone else {"width": 1280, "height": 800}
        looks = {"locale": "zh-CN", **looks}
        context = self.chromium.new_context(base_url=self.address, viewport=size, has_touch=phone, **looks)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: message.type == "error" and page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    def sign_in(self, login: str, **looks: Any) -> Any:
        """Somebody comes in by name and password."""
        page = self.open(**looks)
        page.goto("/")
        page.fill("[name=login]", login)
        page.fill("[name=password]", self.passwords[login])
        page.click("main form button.primary")
        page.wait_for_url("**/dispatch")
        return page


@pytest.fixture(scope="module")
def door(site: Site, chromium: Any) -> Door:
    """Where people come in."""
    return Door(site, chromium)
