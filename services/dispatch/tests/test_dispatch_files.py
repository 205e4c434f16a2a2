"""Steps that ask for a photo: pages send the file with the step, programs name what they uploaded before."""

from __future__ import annotations

from typing import Any

import pytest

from closeloop.chassis.packs import Pack
from closeloop.contracts.dispatch import DutyFinished

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
LEADER = "repair-leader"
DUTY = "/dispatch/cases/case-1/duties/1"
ATTACHED = "/api/dispatch/attachments?about=case-1"


@pytest.fixture
def pack(pack: Pack, with_duties) -> Pack:
    return with_duties(pack, "files.yaml")


@pytest.fixture
async def duty(hear, a_repair, house) -> dict[str, str]:
    """The repair has come; the headers of whoever handles it."""
    await hear(a_repair())
    return house.headers(LEADER)


async def upload(api: Any, headers: dict[str, str]) -> dict[str, Any]:
    sent = await api.post(ATTACHED, files={"file": ("before.pdf", PDF)}, headers=headers)
    assert sent.status_code == 201, sent.text
    return {name: sent.json()[name] for name in ("hash", "size", "type")}


async def test_a_page_asks_for_the_file_and_sends_it_with_the_step(api, duty, published):
    page = await api.get(DUTY, headers=duty)
    assert 'enctype="multipart/form-data"' in page.text
    assert 'type="file"' in page.text and 'name="fields.before"' in page.text
    file = {"fields.before": ("现场.pdf", PDF, "application/pdf")}
    taken = await api.post(f"{DUTY}/steps/document", files=file, headers=duty)
    assert taken.status_code == 303, taken.text
    more = {"outcome": "solved", "fields.conclusion": "换了垫片"}
    taken = await api.post(f"{DUTY}/finish", data=more, files={"fields.after": ("完工.pdf", PDF)}, headers=duty)
    assert taken.status_code == 303, taken.text

    attached = (await api.get(ATTACHED, headers=duty)).json()["items"]
    assert [(one["name"], one["of"]) for one in attached] == [("现场.pdf", "duty:1"), ("完工.pdf", "duty:1")]
    [finished] = await published(DutyFinished)
    fields = finished.record.fields
    assert [fields[name]["hash"] for name in ("before", "after")] == [one["hash"] for one in attached]
    assert (await api.get(attached[0]["url"], headers=duty)).content == PDF


async def test_a_file_that_is_no_picture_comes_back_as_a_sentence_at_its_field(api, duty):
    headers = {**duty, "Accept": "text/html", "referer": f"http://closeloop{DUTY}", "host": "closeloop"}
    taken = await api.post(f"{DUTY}/steps/document", files={"fields.before": ("a.exe", b"MZ\x90")}, headers=headers)
    assert taken.status_code == 422
    assert "Only photos and scans are taken in" in taken.text and 'name="fields.before"' in taken.text
    assert (await api.get(ATTACHED, headers=duty)).json()["items"] == []


async def test_a_file_that_was_not_chosen_is_missed_like_any_other_field(api, duty):
    empty = {"fields.before": ("", b"", "application/octet-stream")}
    taken = await api.post(f"{DUTY}/steps/document", files=empty, headers={**duty, "Accept": "application/json"})
    assert taken.status_code == 409 and "Picture before" in taken.text
    assert (await api.get(ATTACHED, headers=duty)).json()["items"] == []


async def test_a_program_names_what_it_uploaded_before(api, duty, step):
    await step(LEADER, "steps/document", fields={"before": await upload(api, duty)})
    shown = await api.get(f"/api{DUTY}", headers=duty)
    assert shown.json()["fields"]["before"]["type"] == "application/pdf"


@pytest.mark.parametrize("as_text", [False, True])
async def test_what_was_never_uploaded_is_named_in_vain(api, duty, step, as_text):
    unknown: Any = {"hash": "0" * 64, "size": 10, "type": "image/jpeg"}
    if as_text:
        unknown = '{"hash": "%s", "size": 10, "type": "image/jpeg"}' % ("0" * 64)
    refused = await step(LEADER, "steps/document", status=422, fields={"before": unknown})
    assert "Upload the file first" in str(refused)
    assert (await api.get(f"/api{DUTY}", headers=duty)).json()["fields"].get("before") is None
    await step(LEADER, "steps/document", fields={"before": await upload(api, duty)})
    said = {"outcome": "solved", "fields": {"conclusion": "换了垫片", "after": unknown}}
    assert "Upload the file first" in str(await step(LEADER, "finish", status=422, **said))
