"""To a case that is handled photos are attached by whoever has a duty of it."""

from __future__ import annotations

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
FILE = {"file": ("现场.pdf", PDF)}
PATH = "/api/dispatch/attachments?about=case-1"


async def test_whoever_has_a_duty_attaches_what_they_found(hear, a_repair, api, house):
    await hear(a_repair())
    leader = house.headers("repair-leader", "en")
    sent = await api.post(PATH, files=FILE, headers=leader)
    assert sent.status_code == 201, sent.text
    assert (await api.get(sent.json()["url"], headers=leader)).content == PDF
    page = await api.get("/dispatch/cases/case-1/duties/1", headers=leader)
    assert "/dispatch/attachments?about=case-1" in page.text
    photos = await api.get("/dispatch/attachments?about=case-1", headers=leader)
    assert "现场.pdf" in photos.text


async def test_whoever_sees_none_of_its_duties_attaches_nothing(hear, a_repair, api, house):
    await hear(a_repair())
    assert (await api.post("/api/dispatch/attachments?about=case-9", files=FILE)).status_code == 404
    stranger = house.headers("cleaning-head")
    assert (await api.post(PATH, files=FILE, headers=stranger)).status_code == 404
