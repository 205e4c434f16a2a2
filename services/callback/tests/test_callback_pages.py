"""The pages of whoever asks the customers."""

import pytest

from closeloop.contracts.callback import CallbackAttempted, CallbackWaived
from closeloop.contracts.examples import an_example
from closeloop.contracts.intake import CaseAssessed

PAGE = "/callback/callbacks/case1.1"
HTML = {"accept": "text/html", "origin": "http://closeloop"}
FORM = {"form": "telephone", "outcome": "satisfied", "note": "很满意", "means": "", "signer": "李梅", "witness": ""}
FORM |= {"attempted_at": "2026-01-05T09:00", "answer_by": ""}


@pytest.fixture
async def planned(hear, about, handled, api):
    """A complaint whose customer is to be called back, and a browser on its page."""
    await hear(about(CaseAssessed))
    await hear(handled())
    api.headers.update(HTML | {"referer": f"http://closeloop{PAGE}"})


@pytest.mark.parametrize("language, words", [("zh", "回访清单"), ("en", "Call list")])
async def test_the_call_list_is_shown_in_both_languages(planned, api, house, language, words):
    number = an_example(CaseAssessed).case.number
    for show in ("mine", "due", "all"):
        page = await api.get(f"/callback?show={show}", headers=house.headers("desk-1", language))
        assert page.status_code == 200 and words in page.text and number in page.text
    for show in ("overdue", "done", "waived"):
        page = await api.get(f"/callback?show={show}")
        assert page.status_code == 200 and PAGE not in page.text
    assert PAGE in (await api.get(f"/callback?show=due&q={number}")).text
    assert PAGE not in (await api.get("/callback?show=due&q=QR-0")).text


async def test_overdue_callbacks_stand_in_their_own_list(planned, api, house):
    await house.advance(days=8)
    assert PAGE in (await api.get("/callback?show=overdue")).text


async def test_whoever_calls_sees_whom_and_about_what(planned, api):
    page = (await api.get(PAGE)).text
    case = an_example(CaseAssessed)
    for words in (case.content, case.customer.name, case.customer.phone):
        assert words in page
    assert 'name="witness"' not in page
    assert 'name="witness"' in (await api.get(f"{PAGE}?form=visit")).text


async def test_an_answer_is_written_down_from_the_page(planned, api, published):
    answer = await api.post(f"{PAGE}/attempts", data=FORM)
    assert answer.status_code == 303 and answer.headers["location"] == "/callback"
    [told] = await published(CallbackAttempted)
    assert told.note == "很满意" and told.signature is None
    done = await api.get(PAGE)
    assert done.status_code == 200 and "很满意" in done.text and 'name="outcome"' not in done.text


async def test_who_was_not_reached_stays_on_the_page(planned, api):
    answer = await api.post(f"{PAGE}/attempts", data=FORM | {"outcome": "unreachable"})
    assert answer.status_code == 303 and answer.headers["location"] == PAGE


async def test_a_visit_without_a_signature_comes_back_with_what_was_entered(planned, api, published):
    api.headers["referer"] = f"http://closeloop{PAGE}?form=visit"
    answer = await api.post(f"{PAGE}/attempts", data=FORM | {"form": "visit", "note": "业主在家"})
    assert answer.status_code == 409
    assert "has to sign" in answer.text and "业主在家" in answer.text and 'name="witness"' in answer.text
    signed = await api.post(f"{PAGE}/attempts", data=FORM | {"form": "visit", "means": "paper"})
    assert signed.status_code == 303
    assert (await published(CallbackAttempted))[0].signature.signer == "李梅"


async def test_a_form_without_an_outcome_comes_back_with_a_sentence(planned, api):
    answer = await api.post(f"{PAGE}/attempts", data={name: FORM[name] for name in FORM if name != "outcome"})
    assert answer.status_code == 409 and "Say what came of the callback" in answer.text


SCAN = b"%PDF-1.7 reply %%EOF"


async def test_the_head_waives_with_a_scan_that_can_be_opened_again(planned, api, house, published):
    head = house.headers("customer-service-head")
    letter = {"scan": ("reply.pdf", SCAN, "application/pdf")}
    form = {"reason": "reply_letter_only", "note": "复函 12 号"}
    assert (await api.post(f"{PAGE}/waiver", data=form, headers=head)).status_code == 409
    forged = {"scan": ("reply.pdf", b"<html>", "application/pdf")}
    assert (await api.post(f"{PAGE}/waiver", data=form, files=forged, headers=head)).status_code == 422
    answer = await api.post(f"{PAGE}/waiver", data=form, files=letter, headers=head)
    assert answer.status_code == 303, answer.text
    [told] = await published(CallbackWaived)
    assert told.evidence.type == "application/pdf"
    scan = await api.get(f"{PAGE}/evidence", follow_redirects=True)
    assert scan.content == SCAN and scan.headers["content-type"] == "application/pdf"
    assert (await api.get(f"{PAGE}/evidence", headers=house.headers("repair-leader"))).status_code == 404


async def test_who_may_not_ask_sees_no_form_and_strangers_see_nothing(hear, handled, api, house):
    await hear(handled("repair"))
    assert 'name="outcome"' not in (await api.get(PAGE, headers=HTML)).text
    assert 'name="outcome"' in (await api.get(PAGE, headers=HTML | house.headers("callback-1"))).text
    assert (await api.get(PAGE, headers=HTML | house.headers("repair-leader"))).status_code == 404
    assert (await api.get("/callback/callbacks/case9.9", headers=HTML)).status_code == 404


async def test_who_is_not_signed_in_is_sent_to_the_door(api):
    api.headers.pop("authorization")
    answer = await api.get("/callback", headers=HTML)
    assert answer.status_code == 303 and answer.headers["location"].startswith("/login")


def test_every_address_has_a_name_of_its_own(service):
    names = [route.name for router in service.routers for route in router.routes]
    assert sorted({name for name in names if names.count(name) > 1}) == []


async def test_the_menu_and_the_forms_lead_to_pages(planned, api):
    for path in ("/callback", "/callback/coverage", "/callback/same-problems", "/callback/parameters", PAGE):
        shown = (await api.get(path)).text
        assert 'href="/callback/coverage"' in shown
        assert "/api/" not in shown
