"""Small files of every kind that is taken in, made byte by byte; some say where they were taken."""

from __future__ import annotations

import struct
from types import SimpleNamespace
from zlib import compress, crc32

import pytest

WHERE = b"GPS 31.2304 N 121.4737 E"
JPEG_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
JPEG_PICTURE = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00picture\xff\xd9"


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def exif(side: int, order: str = "<") -> bytes:
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8)
    entries = struct.pack(f"{order}H", 2)
    entries += struct.pack(f"{order}HHIHH", 0x0112, 3, 1, side, 0)
    entries += struct.pack(f"{order}HHII", 0x8825, 4, 1, 38)
    return b"Exif\0\0" + head + entries + struct.pack(f"{order}I", 0) + WHERE


def jpeg(side: int = 1, order: str = "<") -> bytes:
    more = segment(0xE1, exif(side, order)) + segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + WHERE)
    return JPEG_HEAD + more + segment(0xFE, WHERE) + segment(0xDB, bytes(65)) + JPEG_PICTURE


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))


def png() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    picture = chunk(b"IDAT", compress(b"\0\xff\0\0"))
    said = chunk(b"tEXt", b"Comment\0" + WHERE) + chunk(b"eXIf", WHERE)
    return b"\x89PNG\r\n\x1a\n" + head + said + picture + chunk(b"IEND", b"")


def riff(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def webp() -> bytes:
    chunks = riff(b"VP8X", b"\x0c" + bytes(9)) + riff(b"VP8 ", b"picture") + riff(b"EXIF", WHERE) + riff(b"XMP ", WHERE)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(scope="session")
def pictures() -> SimpleNamespace:
    """One of each kind."""
    return SimpleNamespace(jpeg=jpeg, png=png, webp=webp, pdf=pdf, where=WHERE, picture=JPEG_PICTURE)
