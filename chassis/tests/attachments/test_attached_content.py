"""What is taken in is found by looking into the file, whatever it is called; where it was taken is not kept."""

from __future__ import annotations

import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from closeloop.chassis.attachments.content import looked_at
from closeloop.chassis.refusals import Misread

KINDS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "pdf": "application/pdf"}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_known_by_its_content(pictures, kind):
    found, kept = looked_at(getattr(pictures, kind)())
    assert found == KINDS[kind]
    assert looked_at(kept) == (found, kept), "what was kept is not taken in again as it is"


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
def test_where_a_picture_was_taken_is_not_kept_and_the_picture_is(pictures, kind):
    content = getattr(pictures, kind)()
    assert pictures.where in content
    _kind, kept = looked_at(content)
    assert pictures.where not in kept and b"GPS" not in kept
    assert b"picture" in kept or kind == "png"


@pytest.mark.parametrize("order", ["<", ">"])
def test_which_side_is_up_is_kept(pictures, order):
    _kind, kept = looked_at(pictures.jpeg(6, order))
    at = kept.index(b"Exif\0\0") + 6
    assert struct.unpack_from("<HHIH", kept, at + 10) == (0x0112, 3, 1, 6)
    assert b"Exif" not in looked_at(pictures.jpeg(1))[1]


def test_what_follows_the_picture_is_not_kept(pictures):
    _kind, kept = looked_at(pictures.jpeg() + b"<script>alert(1)</script>")
    assert kept.endswith(b"\xff\xd9")
    _kind, kept = looked_at(pictures.png() + b"<script>alert(1)</script>")
    assert b"script" not in kept


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"PK\x03\x04 a document",
        b"MZ a program",
        b"GIF89a",
        b"just words",
        b"",
    ],
)
def test_what_is_no_photo_or_scan_is_refused(content):
    with pytest.raises(Misread):
        looked_at(content)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_ends_too_early_is_refused(pictures, kind):
    content = getattr(pictures, kind)()
    with pytest.raises(Misread, match="damaged"):
        looked_at(content[: len(content) // 2])


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(begin=st.sampled_from(sorted(KINDS)), cut=st.integers(0, 200), noise=st.binary(max_size=60))
def test_whatever_comes_is_taken_in_or_refused(pictures, begin, cut, noise):
    content = getattr(pictures, begin)()
    try:
        kind, kept = looked_at(content[:cut] + noise + content[cut:])
    except Misread:
        return
    assert kind in KINDS.values() and kept
