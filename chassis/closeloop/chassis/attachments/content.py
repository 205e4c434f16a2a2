"""What an uploaded file is, found by looking into it; what a camera wrote about place and person is taken out.

Only kinds that a browser shows without running anything are taken in. The bytes of the picture stay as they were: it
is evidence.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from zlib import crc32

from closeloop.chassis.i18n import _
from closeloop.chassis.refusals import Misread

PNG = b"\x89PNG\r\n\x1a\n"
PNG_SAYS_MORE = frozenset({b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"})
WEBP_SAYS_MORE = frozenset({b"EXIF", b"XMP "})
ORIENTATION = 0x0112
_KNOWN = frozenset({0xE0, 0xE2, 0xEE})  # JFIF, colour profile, Adobe: what a picture needs to look right
SHORT = 3


class _Broken(Exception):
    """It begins like this kind of file and is none."""


def looked_at(content: bytes) -> tuple[str, bytes]:
    """The media type and what is kept of the content; `Misread` if it is nothing that is taken in."""
    if not content:
        raise Misread(_("This file is empty. Choose another one."))
    for begins, kind, clean in _KINDS:
        if begins(content):
            try:
                return kind, clean(content)
            except (_Broken, struct.error, IndexError):
                raise Misread(_("This file is damaged: it begins like {kind} and is none.", kind=kind)) from None
    raise Misread(_("Only photos and scans are taken in: JPEG, PNG, WebP or PDF."))


def _jpeg(content: bytes) -> bytes:
    """Every segment up to the picture itself, without comments and EXIF; only which side is up is kept."""
    kept, at = [content[:2]], 2
    while True:
        if content[at] != 0xFF:
            raise _Broken
        marker = content[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        [length] = struct.unpack_from(">H", content, at + 2)
        segment = content[at : at + 2 + length]
        if length < 2 or len(segment) < length + 2:
            raise _Broken
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0" and (side := _orientation(segment[10:])):
            kept.append(_exif_of(side))
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker in _KNOWN:
            kept.append(segment)
        at += 2 + length
        if marker == 0xDA:
            end = content.rfind(b"\xff\xd9")
            if end < at:
                raise _Broken
            return b"".join([*kept, content[at : end + 2]])


def _orientation(tiff: bytes) -> int:
    """Which side of the picture is up, by its EXIF; 0 if it does not say."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 0
    [at] = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return 0
    [entries] = struct.unpack_from(f"{order}H", tiff, at)
    for n in range(entries):
        entry = tiff[at + 2 + 12 * n : at + 14 + 12 * n]
        if len(entry) < 12:
            return 0
        tag, kind, _count, value = struct.unpack(f"{order}HHIH2x", entry)
        if tag == ORIENTATION and kind == SHORT and 1 < value <= 8:
            return int(value)
    return 0


def _exif_of(side: int) -> bytes:
    tiff = b"II*\0\x08\0\0\0\x01\0" + struct.pack("<HHIHH", ORIENTATION, SHORT, 1, side, 0) + b"\0\0\0\0"
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(content: bytes) -> bytes:
    kept = [PNG]
    for kind, chunk in _png_chunks(content):
        if kind not in PNG_SAYS_MORE:
            kept.append(chunk)
        if kind == b"IEND":
            return b"".join(kept)
    raise _Broken


def _png_chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(PNG)
    while at < len(content):
        length, kind = struct.unpack_from(">I4s", content, at)
        chunk = content[at : at + 12 + length]
        if len(chunk) < 12 + length or struct.unpack(">I", chunk[-4:])[0] != crc32(chunk[4:-4]):
            raise _Broken
        yield kind, chunk
        at += 12 + length


def _webp(content: bytes) -> bytes:
    """The chunks of the picture; its head no longer says that there is more."""
    [size] = struct.unpack_from("<I", content, 4)
    if size + 8 > len(content):
        raise _Broken
    kept, at = [], 12
    while at < size + 8:
        kind, length = struct.unpack_from("<4sI", content, at)
        chunk = content[at : at + 8 + length + length % 2]
        if len(chunk) < 8 + length:
            raise _Broken
        if kind == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~0b1100]) + chunk[9:]
        if kind not in WEBP_SAYS_MORE:
            kept.append(chunk)
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-2048:]:
        raise _Broken
    return content


_KINDS: tuple[tuple[Callable[[bytes], bool], str, Callable[[bytes], bytes]], ...] = (
    (lambda content: content.startswith(b"\xff\xd8\xff"), "image/jpeg", _jpeg),
    (lambda content: content.startswith(PNG), "image/png", _png),
    (lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP", "image/webp", _webp),
    (lambda content: content.startswith(b"%PDF-"), "application/pdf", _pdf),
)
