"""Sealed bytes in an object store: an S3 server of its own process, asked by its protocol."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from closeloop.chassis.attachments.hooks import Belongs
from closeloop.chassis.attachments.keeping import Attachments
from closeloop.chassis.hearing import Hears
from closeloop.chassis.people import Person
from closeloop.chassis.reading import Read
from closeloop.chassis.running import Running
from closeloop.chassis.safekeeping.verifying import verify
from closeloop.chassis.service import Service

BUCKET, PREFIX = "sealed", "closeloop"
WHO_MAY = {"AWS_ACCESS_KEY_ID": "closeloop", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-central-1"}
SERVES_AT = re.compile(r"Running on (http://\S+)")
WHOSE = "closeloop/20260105/us-east-1/s3/aws4_request"
SIGNED = {"authorization": f"AWS4-HMAC-SHA256 Credential={WHOSE}, SignedHeaders=host, Signature=0"}
"""Somebody who looks into the bucket from outside; this server does not check the signature."""
NOBODY = "http://127.0.0.1:1"
hears = Hears()


@hears.belongs
async def belongs_to_case(read: Read, person: Person, about: str) -> Belongs | None:
    return Belongs(about, "2026-0001", "/cases/1", "customer:7")


@pytest.fixture
def service() -> Service:
    return Service("chassis", [], hears)


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """The address of an S3 server with one bucket."""
    for package in ("moto", "obstore"):
        pytest.importorskip(package)
    command = [sys.executable, "-W", "ignore", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as server:
        assert server.stderr
        said = (SERVES_AT.search(line) for line in server.stderr)
        address = next(found[1] for found in said if found)
        assert httpx.put(f"{address}/{BUCKET}", headers=SIGNED).status_code == 200
        yield address
        server.kill()


@pytest.fixture
def at_s3(running: Running, monkeypatch: pytest.MonkeyPatch, s3: str) -> str:
    """The service keeps its attachments there."""
    for name, value in {**WHO_MAY, "AWS_ENDPOINT_URL": s3, "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setitem(os.environ, name, value)
    settings = running.settings
    kept = Attachments(keys=settings.keys_folder, data=settings.data, address=f"s3://{BUCKET}/{PREFIX}")
    monkeypatch.setattr(running, "attachments", kept)
    return f"{s3}/{BUCKET}/{PREFIX}"


async def upload(api: Any, content: bytes) -> httpx.Response:
    sent: httpx.Response = await api.post("/api/chassis/attachments?about=case-1", files={"file": ("a.jpg", content)})
    return sent


async def test_a_photo_lies_sealed_in_the_bucket_until_it_is_erased(api, at_s3, pictures, running, house):
    said = (await upload(api, pictures.jpeg())).json()
    place = f"{at_s3}/{said['hash'][:2]}/{said['hash']}"
    sealed = httpx.get(place, headers=SIGNED)
    assert sealed.status_code == 200 and b"JFIF" not in sealed.content
    assert pictures.picture in (await api.get(said["url"])).content
    [found] = await verify({"chassis": running.read}, "main", running.attachments.store)
    assert (found.attachments, found.findings) == (1, [])

    httpx.put(place, content=sealed.content[:-1] + b"?", headers=SIGNED)
    [found] = await verify({"chassis": running.read}, "main", running.attachments.store)
    assert "is not what was sealed" in found.findings[0].en
    assert (await api.get(said["url"])).status_code == 404

    path = f"/api/chassis/attachments/{said['hash']}/erase"
    erased = await api.post(path, json={"reason": "客户要求"}, headers=house.headers("operator"))
    assert erased.status_code == 200, erased.text
    assert httpx.get(place, headers=SIGNED).status_code == 404


async def test_a_store_that_does_not_answer_is_said_and_nothing_is_noted(api, at_s3, pictures, running, monkeypatch):
    monkeypatch.setitem(os.environ, "AWS_ENDPOINT_URL", NOBODY)
    refused = await upload(api, pictures.jpeg())
    assert refused.status_code == 503 and refused.headers["retry-after"]
    assert "store of attachments does not answer" in refused.text
    assert await running.store.fetch("select 1 from attachments") == []
