"""Pages of the desk: the register, a new case, a case."""

import re

import pytest

FROM_NEW = {"accept": "text/html", "referer": "http://closeloop/intake/cases/new", "origin": "http://closeloop"}
A_FORM = {
    "procedure": "P00",
    "kind": "complaint",
    "channel": "telephone",
    "content": "三号楼电梯厅连续三天没有打扫",
    "place": "garden-estate",
    "customer.name": "李女士",
    "customer.phone": "13800000001",
    "fields.injury": "false",
    "fields.public_attention": "false",
    "guidance": ["service", "no_promise_first"],
}


@pytest.fixture
async def browser(api):
    """The desk in a browser: pages rather than JSON."""
    api.headers["accept"] = "text/html"
    return api


async def test_an_empty_register_says_what_to_do(browser):
    page = await browser.get("/intake")
    assert page.status_code == 200
    assert "The register is empty" in page.text
    assert "/intake/cases/new" in page.text


async def test_a_new_case_is_taken_down_and_shown(browser):
    new = await browser.get("/intake/cases/new")
    assert "Serve: hear the customer out" in new.text
    assert "P00-4.1-e1" in new.text
    answer = await browser.post("/intake/cases", data=A_FORM, headers=FROM_NEW)
    assert answer.status_code == 303, answer.text
    case = await browser.get(answer.headers["location"])
    assert "The number is QR-022-2026-00001-" in case.text
    assert "李女士" in case.text
    assert "Something is still to be rated" in case.text
    assert re.search(r'<span class="clause">P00-4.1-e1</span>', case.text)


async def test_the_guidance_is_shown_in_the_readers_language_with_the_other_beneath(browser):
    page = await browser.get("/intake/cases/new", headers={"accept-language": "zh"})
    assert page.text.index("先听完，再登记") < page.text.index("Serve: hear")
    assert '<small class="other" lang="en">Serve: hear' in page.text


async def test_a_form_that_is_wrong_comes_back_as_it_was_entered(browser):
    wrong = {**A_FORM, "customer.phone": "123456", "content": ""}
    page = await browser.post("/intake/cases", data=wrong, headers=FROM_NEW)
    assert page.status_code == 422
    assert page.text.count("This is not a telephone number.") == 2
    assert 'value="123456"' in page.text
    assert 'value="李女士"' in page.text
    missing = {name: value for name, value in A_FORM.items() if name not in ("content", "place")}
    page = await browser.post("/intake/cases", data=missing, headers=FROM_NEW)
    assert page.text.count("Please fill this in.") == 4


async def test_a_case_is_rated_and_rated_again_on_its_page(browser):
    address = (await browser.post("/intake/cases", data=A_FORM, headers=FROM_NEW)).headers["location"]
    headers = {**FROM_NEW, "referer": f"http://closeloop{address}"}
    rated = {
        "facets.severity": "ordinary",
        "facets.crosses_departments": "no",
        "facets.responsible_department": "cleaning",
    }
    assert (await browser.post(f"{address}/assessment", data=rated, headers=headers)).status_code == 303
    page = await browser.get(address)
    assert "Being handled" in page.text
    assert "Responsible department Cleaning department" in page.text
    again = {**rated, "facets.responsible_department": "security"}
    without = await browser.post(f"{address}/assessment", data=again, headers=headers)
    assert without.status_code == 422
    assert "Say why the rating changes." in without.text
    assert (
        await browser.post(f"{address}/assessment", data={**again, "reason": "电梯厅"}, headers=headers)
    ).status_code == 303
    assert "Rated again" in (await browser.get(address)).text


async def test_the_filters_stand_in_the_address_and_the_counts_fit_the_list(browser, register, a_repair):
    await browser.post("/intake/cases", data=A_FORM, headers=FROM_NEW)
    await register(a_repair)
    page = await browser.get("/intake", params={"status": "registered", "q": "打扫"})
    assert page.text.count('class="number"') == 1
    assert re.search(r'<option value="registered" selected', page.text)
    assert 'value="打扫"' in page.text
    everything = await browser.get("/intake")
    assert everything.text.count('class="number"') == 2


async def test_a_head_closes_and_opens_again(browser, house, register, a_repair, mark):
    case = await register(a_repair)
    await mark(case, "handled")
    address = f"/intake/cases/{case['number']}"
    head = {**FROM_NEW, **house.headers("customer-service-head"), "referer": f"http://closeloop{address}"}
    assert "Close without" not in (await browser.get(address)).text
    assert "Close without" in (await browser.get(address, headers=head)).text
    assert (await browser.post(f"{address}/closing", data={"reason": "重复登记"}, headers=head)).status_code == 303
    assert "Closed by a person" in (await browser.get(address, headers=head)).text
    assert (await browser.post(f"{address}/reopening", data={"reason": "不是重复"}, headers=head)).status_code == 303
    assert "Opened again, round 2" in (await browser.get(address, headers=head)).text


async def test_who_may_not_register_is_not_offered_to(browser, house):
    operator = house.headers("operator")
    to_the_form = 'class="button primary" href="/intake/cases/new"'
    assert to_the_form not in (await browser.get("/intake", headers=operator)).text
    assert (await browser.get("/intake/cases/new", headers=operator)).status_code == 404


async def test_another_department_writes_down_what_it_was_told_and_the_desk_takes_it_over(browser, house):
    guard, desk = house.headers("security-head"), house.headers("desk-1")
    shown = (await browser.get("/intake/cases/new", headers=guard)).text
    assert "takes it over and carries on" in shown
    assert 'value="department" checked' in shown
    assert 'value="telephone"' not in shown
    entered = {**A_FORM, "channel": "department"}
    answer = await browser.post("/intake/cases", data=entered, headers={**FROM_NEW, **guard})
    address = answer.headers["location"]
    waits = (await browser.get(address, headers=guard)).text
    assert "It waits for the desk" in waits
    assert "taking-over" in (await browser.get(address, headers=desk)).text
    assert (await browser.post(f"{address}/taking-over", headers=desk)).status_code == 303
    seen = (await browser.get(address, headers=desk)).text
    assert "The desk took it over" in seen
    assert "Take it over: then" not in seen


async def test_words_of_a_customer_stay_words(browser):
    answer = await browser.post(
        "/intake/cases", data={**A_FORM, "content": "<script>alert(1)</script>"}, headers=FROM_NEW
    )
    for page in (answer.headers["location"], "/intake"):
        assert "<script>alert" not in (await browser.get(page)).text


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_sentence_is_in_the_readers_language(browser, language, register, a_repair, mark):
    case = await register(a_repair)
    await mark(case, "dissatisfied", by="callback")
    for path in ("/intake", "/intake/cases/new", f"/intake/cases/{case['number']}"):
        text = (await browser.get(path, headers={"accept-language": language})).text
        beneath = re.sub(r'<small class="other".*?</small>', "", text, flags=re.S)
        visible = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style|head).*?</\1>", "", beneath, flags=re.S))
        if language == "en":
            own = visible.replace("中文", "").replace("厨房水管爆裂，楼下已渗水", "").replace("前台一", "")
            assert not re.findall(r"[\u4e00-\u9fff]+", own)
        else:
            assert not re.findall(r"\b(?:Register|Customer|Place|Status|Round|Kind|Marks?)\b", visible)


async def test_the_style_sheet_of_the_desk_is_there(browser):
    [address] = re.findall(r'href="(/intake/static/[^"]+)"', (await browser.get("/intake/cases/new")).text)
    sheet = await browser.get(address)
    assert (sheet.status_code, "in-sight" in sheet.text) == (200, True)
