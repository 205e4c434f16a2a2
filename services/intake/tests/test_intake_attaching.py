"""To a case of the register photos are attached: by its desk, sealed for its customer, and nobody else sees them."""

from __future__ import annotations

import pytest

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
FILE = {"file": ("合同.pdf", PDF)}


async def test_a_scan_belongs_to_its_case_and_is_sealed_for_its_customer(api, register, a_complaint, running):
    case = await register(a_complaint)
    sent = await api.post(f"/api/intake/attachments?about={case['id']}", files=FILE)
    assert sent.status_code == 201, sent.text
    shown = await api.get(sent.json()["url"])
    assert shown.content == PDF
    running.attachments.keys.destroy_all(await sealed_for(running, case["id"]))
    assert (await api.get(sent.json()["url"])).status_code == 404


async def sealed_for(running, case: str) -> str:
    [(found,)] = await running.store.fetch("select sealed_for from attachments where about = ?", case)
    assert found.startswith(("customer:", "case:"))
    return str(found)


async def test_there_is_nothing_to_attach_to_where_there_is_no_case(api, house, register, a_complaint):
    case = await register(a_complaint)
    assert (await api.post("/api/intake/attachments?about=case-9", files=FILE)).status_code == 404
    elsewhere = [one for one in house.people if one.places is not None and not one.at(a_complaint["place"])]
    for person in elsewhere[:1]:
        headers = house.headers(person.id)
        answer = await api.post(f"/api/intake/attachments?about={case['id']}", files=FILE, headers=headers)
        assert answer.status_code == 404


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "照片和扫描件"), ("en", "Photos and scans")])
async def test_the_page_of_a_case_leads_to_its_photos(api, register, a_complaint, language, words):
    case = await register(a_complaint)
    page = await api.get(f"/intake/cases/{case['number']}", headers={"Accept-Language": language})
    assert words in page.text and f"/intake/attachments?about={case['id']}" in page.text
    photos = await api.get(f"/intake/attachments?about={case['id']}", headers={"Accept-Language": language})
    assert photos.status_code == 200 and case["number"] in photos.text
