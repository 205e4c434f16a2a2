"""A form of a job with a photo: a page takes the file in, a program names what it uploaded before."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from closeloop.chassis.packs import Pack, load_pack

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
FINDING = "all entries are complete"


@pytest.fixture
def pack(folder: Path) -> Pack:
    """The notice asks for a photo."""
    form = folder / "forms" / "notice.yaml"
    photo = "  photo: {title: {zh: 公示照片, en: Photo of the notice}, type: attachment, required: true}\n"
    form.write_text(form.read_text("utf-8") + photo, "utf-8")
    return load_pack(folder)


async def test_the_page_of_the_job_takes_the_photo_with_the_form(api, the_check):
    page = f"/chassis/jobs/{the_check.id}"
    shown = await api.get(page)
    assert 'enctype="multipart/form-data"' in shown.text and 'type="file"' in shown.text
    browser = {"accept": "text/html", "referer": f"http://closeloop{page}"}
    without = await api.post(f"{page}/done", data={"fields.finding": FINDING}, headers=browser)
    assert without.status_code == 422
    wrong = {"fields.photo": ("notice.pdf", b"<html>")}
    refused = await api.post(f"{page}/done", data={"fields.finding": FINDING}, files=wrong, headers=browser)
    assert refused.status_code == 422 and "Only photos and scans" in refused.text
    photo = {"fields.photo": ("notice.pdf", PDF)}
    half = await api.post(f"{page}/done", data={"fields.checked": "x"}, files=photo, headers=browser)
    assert half.status_code == 422 and "is here already" in half.text
    held = unescape(re.findall(r'name="fields.photo" value="([^"]+)"', half.text)[0])
    done = await api.post(f"{page}/done", data={"fields.finding": FINDING, "fields.photo": held}, headers=browser)
    assert done.status_code == 303, done.text
    job = (await api.get(f"/api/chassis/jobs/{the_check.id}")).json()
    record = (await api.get(f"/api/chassis/records/{job['record']}")).json()
    hash = record["fields"]["photo"]["hash"]
    sheet = await api.get(f"/chassis/records/{job['record']}")
    assert f"/chassis/attachments/{hash}" in sheet.text
    assert (await api.get(f"/chassis/attachments/{hash}")).content == PDF


async def test_a_program_names_what_it_uploaded_to_this_job_and_nothing_else(api, the_check):
    address = f"/api/chassis/jobs/{the_check.id}/done"
    unknown = {"hash": "0" * 64, "size": 3, "type": "image/png"}
    refused = await api.post(address, json={"fields": {"finding": FINDING, "photo": unknown}})
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "fields.photo"
    unread = await api.post(address, json={"fields": {"finding": FINDING, "photo": "a photo"}})
    assert unread.status_code == 422
    sent = await api.post(f"/api/chassis/attachments?about={the_check.id}", files={"file": ("notice.pdf", PDF)})
    assert sent.status_code == 201, sent.text
    named = {name: sent.json()[name] for name in ("hash", "size", "type")}
    done = await api.post(address, json={"fields": {"finding": FINDING, "photo": named}})
    assert done.status_code == 200, done.text


async def test_what_was_attached_goes_with_its_record(api, house, the_check, running):
    page = f"/chassis/jobs/{the_check.id}"
    photo = {"fields.photo": ("notice.pdf", PDF)}
    await api.post(f"{page}/done", data={"fields.finding": FINDING}, files=photo)
    job = (await api.get(f"/api/chassis/jobs/{the_check.id}")).json()
    record = (await api.get(f"/api/chassis/records/{job['record']}")).json()
    hash = record["fields"]["photo"]["hash"]
    await running.attachments.let_go_of(running.read, hash, house.people.person("desk-1"))
    assert (await api.get(f"/chassis/attachments/{hash}")).status_code == 404
