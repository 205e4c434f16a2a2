"""Pages: the layout in two languages, forms that come back, and the door."""

import re
from pathlib import Path

import httpx
import pytest

from closeloop.chassis.pages.entered import Entered
from closeloop.chassis.pages.sampler import a_sampler
from closeloop.chassis.pages.sign_in import PAUSE_SECONDS, WRONG_TRIES, Patience, _within

PAGE = "/dispatch/sampler"
FINISH = "/dispatch/duties/1/finish"
FROM_THE_PAGE = {"accept": "text/html", "referer": f"http://house{PAGE}", "origin": "http://house"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def sampler(folder):
    return a_sampler(folder)


@pytest.fixture
async def stranger(sampler):
    transport = httpx.ASGITransport(sampler, raise_app_exceptions=False)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://house", headers={"accept": "text/html"}
    ) as client:
        yield client


@pytest.fixture
async def browser(sampler, stranger):
    people = sampler.state.people
    stranger.cookies.set("closeloop", people.issue_token(people.person("desk-1")), domain="house.local")
    return stranger


async def test_a_page_is_whole_in_both_languages(browser):
    zh = await browser.get(PAGE)
    en = await browser.get(PAGE, headers={"accept-language": "en"})
    assert '<html lang="zh-CN">' in zh.text
    assert '<html lang="en">' in en.text
    for stage in ("登记", "派工", "回访", "征询", "统计"):
        assert stage in zh.text
    for stage in ("Desk", "Dispatch", "Callback", "Survey", "Stats"):
        assert stage in en.text
    assert 'href="#main"' in zh.text
    assert 'data-label="编号"' in zh.text


async def test_a_page_allows_no_foreign_or_inline_script(browser):
    page = await browser.get(PAGE)
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*\ssrc=)|\son[a-z]+=|\sstyle=|<style", page.text)
    assert page.headers["cache-control"] == "private, no-store"


async def test_the_chosen_language_stays(browser):
    chosen = await browser.get(f"{PAGE}?lang=en")
    assert chosen.cookies["lang"] == "en"
    assert "My duties" in (await browser.get(PAGE)).text


async def test_every_file_of_a_page_is_there_and_may_be_kept(browser):
    page = await browser.get(PAGE)
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text)
    assert len(set(addresses)) == 3
    for address in addresses:
        file = await browser.get(address)
        assert file.status_code == 200
        assert "immutable" in file.headers["cache-control"]
        again = await browser.get(address, headers={"if-none-match": file.headers["etag"]})
        assert again.status_code == 304
    assert (await browser.get("/static/chassis/closeloop.css?v=old")).headers["cache-control"] == "no-cache"
    assert (await browser.get("/static/chassis/../pages.py")).status_code == 404


async def test_a_wrong_form_comes_back_with_what_was_entered_and_a_sentence_per_field(browser):
    entered = {"outcome": "parts", "result": "<b>", "minutes": "long", "worker": "w2"}
    page = await browser.post(FINISH, data={**entered, "result": "x"}, headers=FROM_THE_PAGE)
    assert page.status_code == 422
    assert page.text.count("请至少填写 2 个字符。") == 2
    assert 'value="long"' in page.text
    assert re.search(r'value="parts" checked', page.text)
    assert re.search(r'value="w2" selected', page.text)
    [target] = re.findall(r'<li><a href="#(minutes-[^"]+)">', page.text)
    assert f'id="{target}"' in page.text
    escaped = await browser.post(FINISH, data={**entered, "minutes": "<script>"}, headers=FROM_THE_PAGE)
    assert "<script>" not in escaped.text


async def test_a_form_that_is_wrong_twice_comes_back_twice(browser):
    once = await browser.post(FINISH, data={"result": "x"}, headers=FROM_THE_PAGE)
    [action] = re.findall(r'action="(/dispatch/duties[^"]+)"', once.text)
    twice = await browser.post(
        action, data={"result": "y"}, headers={**FROM_THE_PAGE, "referer": f"http://house{FINISH}"}
    )
    assert twice.status_code == 422
    assert ">y</textarea>" in twice.text
    assert twice.headers["hx-push-url"] == PAGE
    assert re.findall(r'action="(/dispatch/duties[^"]+)"', twice.text) == [action]


async def test_a_refused_form_comes_back_with_the_sentence_and_the_clause(browser):
    entered = {"outcome": "cannot", "result": "no parts", "minutes": "5"}
    page = await browser.post(FINISH, data=entered, headers=FROM_THE_PAGE)
    assert page.status_code == 409
    assert "The head has to be told first." in page.text
    assert "P00-4.2" in page.text
    assert ">no parts</textarea>" in page.text


async def test_a_form_from_nowhere_gets_a_page_of_its_own(browser):
    page = await browser.post(FINISH, data={}, headers={"accept": "text/html"})
    assert page.status_code == 422
    assert "problem-status" in page.text


async def test_a_form_that_is_right_goes_on_and_says_so_once(browser):
    entered = {"outcome": "done", "result": "sealed", "minutes": "5"}
    answer = await browser.post(FINISH, data=entered, headers=FROM_THE_PAGE)
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert "The result is on record." in (await browser.get(PAGE)).text
    assert "The result is on record." not in (await browser.get(PAGE)).text


@pytest.mark.parametrize("headers", [{"origin": "http://evil"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}])
async def test_a_form_sent_from_another_site_changes_nothing(browser, headers):
    entered = {"outcome": "done", "result": "sealed", "minutes": "5"}
    answer = await browser.post(FINISH, data=entered, headers=headers)
    assert answer.status_code == 403


async def test_who_is_not_signed_in_is_led_to_the_door_and_back(stranger, folder):
    led = await stranger.get(f"{PAGE}?status=open")
    assert led.status_code == 303
    assert led.headers["location"] == "/login?next=/dispatch/sampler%3Fstatus%3Dopen"
    door = await stranger.get(led.headers["location"])
    assert f'value="{PAGE}?status=open"' in door.text
    password = dict(line.split() for line in (folder / "passwords.txt").read_text().splitlines())["desk-1"]
    sent = {"login": " Desk-1 ", "password": password, "next": f"{PAGE}?status=open"}
    answer = await stranger.post("/login", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?status=open")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await stranger.get(PAGE)).status_code == 200
    out = await stranger.post("/logout")
    assert (out.status_code, out.headers["location"]) == (303, "/login")
    assert (await stranger.get(PAGE)).status_code == 303


async def test_a_wrong_password_is_told_without_saying_which_part_was_wrong(stranger):
    known = await stranger.post("/login", data={"login": "desk-2", "password": "x"})
    unknown = await stranger.post("/login", data={"login": "nobody", "password": "x"})
    missing = await stranger.post("/login", data={})
    assert known.status_code == unknown.status_code == missing.status_code == 422
    assert "用户名与密码不匹配。" in known.text
    assert "用户名与密码不匹配。" in unknown.text
    assert 'value="desk-2"' in known.text
    assert "set-cookie" not in known.headers


def test_guessing_is_slowed_and_the_right_password_starts_afresh():
    patience = Patience()
    for _try in range(WRONG_TRIES):
        assert patience.must_wait("desk-1", 100.0) == 0
        patience.was_wrong("desk-1", 100.0)
    assert patience.must_wait("desk-1", 100.0) == PAUSE_SECONDS
    assert patience.must_wait("desk-2", 100.0) == 0
    assert patience.must_wait("desk-1", 100.0 + PAUSE_SECONDS) == 0
    patience.was_right("desk-1")
    assert patience.must_wait("desk-1", 100.0) == 0


@pytest.mark.parametrize("address", ["//evil", "http://evil", "/\\evil", "javascript:x", "", "/a\nb", "/\t/evil"])
def test_the_door_leads_nowhere_outside(address):
    assert _within(address) == "/"


def test_two_forms_of_a_page_do_not_share_what_was_entered():
    entered = Entered("/finish", {"reason": "mine"}, {"errors": [{"field": "reason", "message": "Too short."}]})
    entered.begin("/reject")
    assert entered.value("reason", "") == ""
    assert entered.error("reason") == ""
    other = entered.id("reason")
    entered.begin("/finish")
    assert entered.value("reason") == "mine"
    assert entered.error("reason") == "Too short."
    assert entered.id("reason") != other
    assert entered.where("reason") == entered.id("reason")
