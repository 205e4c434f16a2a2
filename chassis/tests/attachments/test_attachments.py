"""Attachments: taken in sealed, shown to whom they are for, erased with their key; what lies there is verified."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from closeloop.chassis.acting import here
from closeloop.chassis.attachments.attached import Attached
from closeloop.chassis.attachments.hooks import Belongs
from closeloop.chassis.attachments.keys import SealingKeys, Unreadable
from closeloop.chassis.attachments.stores import BlobStore, Buckets, Folder
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.rows import table_of
from closeloop.chassis.running import Running
from closeloop.chassis.safekeeping.verifying import verify
from closeloop.chassis.service import Service
from closeloop.contracts.every import AttachmentErased, AttachmentKept

CASE = "case-1"
hears = Hears()


@hears.belongs
async def belongs_to_case(read: Read, person: Person, about: str) -> Belongs | None:
    """There is one case; restricted ones are for those who are named."""
    if about == "case-2" and not person.hears("restricted"):
        return None
    audience = "restricted" if about == "case-2" else None
    wanted = about in (CASE, "case-2")
    return Belongs(about, "2026-0001", "/cases/1", "customer:7", audience=audience) if wanted else None


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], hears)


@pytest.fixture
def store(running: Running) -> Folder:
    here.set(running)
    found = running.attachments.store
    assert isinstance(found, Folder)
    return found


def blobs(store: Folder) -> list[Path]:
    return sorted(file for file in store.folder.rglob("*") if file.is_file())


def keys(running: Running) -> list[Path]:
    return sorted(file for file in running.attachments.keys.folder.rglob("*") if file.is_file())


async def upload(api: Any, content: bytes, about: str = CASE, name: str = "漏水.jpg", **headers: str) -> Any:
    return await api.post(
        f"/api/chassis/attachments?about={about}&of=duty:1", files={"file": (name, content)}, headers=headers
    )


async def test_a_photo_is_sealed_and_shown_as_it_was(api, store, pictures, running):
    taken = await upload(api, pictures.jpeg())
    assert taken.status_code == 201, taken.text
    said = taken.json()
    assert (said["type"], said["name"], said["about"], said["of"]) == ("image/jpeg", "漏水.jpg", CASE, "duty:1")
    [blob] = blobs(store)
    sealed = blob.read_bytes()
    assert blob.name == said["hash"] == sha256(sealed).hexdigest()
    assert b"JFIF" not in sealed and b"picture" not in sealed
    shown = await api.get(said["url"])
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg"
    assert b"picture" in shown.content and len(shown.content) == said["size"] and pictures.where not in shown.content
    assert (
        "sandbox" in shown.headers["content-security-policy"] and shown.headers["x-content-type-options"] == "nosniff"
    )
    [key] = keys(running)
    assert oct(key.stat().st_mode & 0o777) == "0o600" and len(key.read_bytes()) == 32


async def test_two_uploads_of_one_photo_are_sealed_apart(api, store, pictures):
    first, second = [(await upload(api, pictures.png())).json() for _time in range(2)]
    assert first["hash"] != second["hash"] and len(blobs(store)) == 2
    listed = (await api.get(f"/api/chassis/attachments?about={CASE}")).json()["items"]
    assert [one["hash"] for one in listed] == [first["hash"], second["hash"]]


async def test_what_is_no_photo_or_is_for_no_case_leaves_nothing_behind(api, store, pictures, running):
    assert (await upload(api, b"<svg/>")).status_code == 422
    assert (await upload(api, pictures.pdf(), about="case-9")).status_code == 404
    assert blobs(store) == [] and keys(running) == []


async def test_a_file_that_is_too_large_is_refused(api, store, pictures, running):
    running.settings = running.settings.model_copy(update={"attachment_bytes": 2_000_000})
    body = pictures.pdf().replace(b"<<>>\nendobj", b"x" * 2_000_000 + b"\nendobj")
    refused = await upload(api, body)
    assert refused.status_code == 422 and "2 MB" in refused.text
    much = await upload(api, body * 3)
    assert much.status_code == 413 and blobs(store) == []


async def test_what_belongs_to_a_restricted_case_is_for_those_who_are_named(api, store, pictures, running, people):
    trusted = next(person for person in people if person.hears("restricted"))
    taken = await upload(api, pictures.png(), about="case-2", Authorization=f"Bearer {people.issue_token(trusted)}")
    assert taken.status_code == 201, taken.text
    assert (await api.get(taken.json()["url"])).status_code == 404
    assert (await api.get("/api/chassis/attachments?about=case-2")).status_code == 404


async def test_what_is_erased_can_be_read_by_nobody_not_even_from_a_copy(api, store, pictures, running, house):
    said = (await upload(api, pictures.jpeg())).json()
    [blob] = blobs(store)
    copy = blob.read_bytes()
    path = f"/api/chassis/attachments/{said['hash']}/erase"
    assert (await api.post(path, json={"reason": "客户要求"})).status_code == 403
    erased = await api.post(path, json={"reason": "客户要求"}, headers=house.headers("operator"))
    assert erased.status_code == 200, erased.text
    told = erased.json()
    assert (
        told["erased_by"] == "operator" and told["reason"] == "客户要求" and told["name"] == "" and told["url"] is None
    )
    assert blobs(store) == [] and keys(running) == []
    assert (await api.get(said["url"])).status_code == 404
    with pytest.raises(Unreadable):
        running.attachments.keys.open(copy, said["hash"], "customer:7")
    again = await api.post(path, json={"reason": "再次"}, headers=house.headers("operator"))
    assert again.status_code == 409


async def test_that_it_was_attached_and_erased_stands_in_the_journal_of_the_case(
    api, store, pictures, house, published
):
    said = (await upload(api, pictures.jpeg())).json()
    path = f"/api/chassis/attachments/{said['hash']}/erase"
    await api.post(path, json={"reason": "客户要求"}, headers=house.headers("operator"))
    kept, erased = await published()
    assert (type(kept), type(erased)) == (AttachmentKept, AttachmentErased)
    assert [(one.key, one.sequence, one.of, one.by) for one in (kept, erased)] == [
        (CASE, 1, "duty:1", "desk-1"),
        (CASE, 2, "duty:1", "operator"),
    ]
    assert kept.attachment == erased.attachment and kept.attachment.hash == said["hash"]
    assert erased.reason == "客户要求"


async def test_erasing_that_was_cut_off_is_finished_at_the_next_start(api, store, pictures, running, house):
    said = (await upload(api, pictures.jpeg())).json()
    forget, running.attachments.forget = running.attachments.forget, _nothing
    await api.post(
        f"/api/chassis/attachments/{said['hash']}/erase", json={"reason": "客户要求"}, headers=house.headers("operator")
    )
    assert len(blobs(store)) == 1
    running.attachments.forget = forget
    await running.attachments.finish_erasing(running.read, running.now())
    assert blobs(store) == [] and keys(running) == []


async def _nothing(hash: str, sealed_for: str) -> None:
    return None


async def test_a_customer_has_everything_erased_that_is_kept_of_them(api, store, pictures, running, house, published):
    taken = [(await upload(api, pictures.png())).json() for _time in range(2)]
    said, path = {"customer": "7", "reason": "客户要求"}, "/api/chassis/attachments/erase"
    assert (await api.post(path, json=said)).status_code == 403
    erased = await api.post(path, json=said, headers=house.headers("operator"))
    assert {one["hash"] for one in erased.json()["items"]} == {one["hash"] for one in taken}
    assert blobs(store) == [] and keys(running) == []
    assert len(await published(AttachmentErased)) == 2
    none = await api.post(path, json={**said, "customer": "8"}, headers=house.headers("operator"))
    assert none.json() == {"items": []}


def test_erasing_a_person_destroys_every_key_of_theirs(tmp_path):
    keys = SealingKeys(tmp_path)
    mine = [keys.seal(b"mine", "customer:7") for _time in range(2)]
    name, other = keys.seal(b"another's", "customer:8")
    keys.destroy_all("customer:7")
    for hash, sealed in mine:
        with pytest.raises(Unreadable):
            keys.open(sealed, hash, "customer:7")
    assert keys.open(other, name, "customer:8") == b"another's"


async def test_a_byte_that_turned_is_found_and_not_shown(api, store, pictures, running):
    kept, gone, turned = [(await upload(api, pictures.png())).json() for _time in range(3)]
    for blob in blobs(store):
        if blob.name == gone["hash"]:
            blob.unlink()
        elif blob.name == turned["hash"]:
            blob.write_bytes(blob.read_bytes()[:-1] + b"\0")
    [found] = await verify({"chassis": running.read}, running.branch, store)
    assert found.attachments == 3
    findings = sorted(finding.en for finding in found.findings)
    assert len(findings) == 2 and "is gone" in findings[0] + findings[1] and "not what was sealed" in "".join(findings)
    assert (await api.get(turned["url"])).status_code == 404
    assert (await api.get(kept["url"])).status_code == 200


async def test_a_store_that_fails_leaves_neither_row_nor_key(api, store, pictures, running):
    async def full(name: str, sealed: bytes) -> None:
        raise OSError("no space left")

    store.put = full
    assert (await upload(api, pictures.png())).status_code == 500
    assert keys(running) == []
    assert await running.read.rows(Attached, table_of(Attached).select()) == []


@pytest.mark.parametrize("kind", ["folder", "bucket"])
async def test_a_store_gives_back_what_it_was_given(tmp_path, kind):
    if kind == "bucket":
        pytest.importorskip("obstore")
    store: BlobStore = Folder(tmp_path) if kind == "folder" else Buckets("memory:///")
    name = sha256(b"sealed").hexdigest()
    assert await store.get(name) is None
    await asyncio.gather(*(store.put(name, b"sealed") for _time in range(3)))
    assert await store.get(name) == b"sealed"
    await store.delete(name)
    await store.delete(name)
    assert await store.get(name) is None


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_page_shows_what_is_attached_and_takes_more(api, store, pictures, language):
    headers = {"Accept-Language": language}
    empty = await api.get(f"/chassis/attachments?about={CASE}", headers=headers)
    assert empty.status_code == 200 and 'enctype="multipart/form-data"' in empty.text
    sent = await api.post(
        f"/chassis/attachments?about={CASE}", files={"file": ("漏水.jpg", pictures.jpeg())}, headers=headers
    )
    assert sent.status_code == 303, sent.text
    shown = await api.get(sent.headers["location"], headers=headers)
    assert "漏水.jpg" in shown.text and "<img" in shown.text
    nothing = await api.post(f"/chassis/attachments?about={CASE}", files={"file": ("", b"")}, headers=headers)
    assert nothing.status_code == 422
