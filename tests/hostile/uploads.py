# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files that are not what they say. Each is made once and sent as (content, name, type)."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

MEGABYTE = 1024 * 1024


def _chunk(kind: bytes, body: bytes) -> bytes:
    """One part of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@cache
def _png(width: int, height: int, rows: int) -> bytes:
    """A PNG that says to be so large; black, one bit per dot, `rows` of it really there."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    lines = zlib.compress(b"\x00" * ((width // 8 + 1) * rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", lines) + _chunk(b"IEND", b"")


@cache
def _zip_bomb() -> bytes:
    """An office document of 100 MB in 100 KB."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("content.xml", b"\x00" * (100 * MEGABYTE))
    return held.getvalue()


@cache
def _large_picture() -> bytes:
    """30 MB that begin as a JPEG does."""
    return b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * (30 * MEGABYTE)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
POLYGLOT = b"GIF89a/*<script>alert(1)</script>*/=1;"
CONTENTS: dict[str, tuple[Callable[[], bytes], str]] = {
    "texte.png": (lambda: "Ceci n’est pas une image".encode(), "image/png"),
    "trente.jpg": (_large_picture, "image/jpeg"),
    "bombe.png": (lambda: _png(60_000, 60_000, 1_000), "image/png"),
    "plate.png": (lambda: _png(20_000, 20_000, 20_000), "image/png"),
    "tronquee.png": (lambda: _png(800, 600, 600)[:60], "image/png"),
    "bombe.odt": (_zip_bomb, "application/vnd.oasis.opendocument.text"),
    "bombe.pdf": (lambda: gzip.compress(b"%PDF-1.4" + b"\x00" * MEGABYTE), "application/pdf"),
    "dessin.svg": (lambda: SVG, "image/svg+xml"),
    "page.html": (lambda: SVG, "text/html"),
    "vide.pdf": (lambda: b"", "application/pdf"),
    "../../../etc/passwd": (lambda: b"%PDF-1.4\n%%EOF", "application/pdf"),
    "a\x00.png": (lambda: POLYGLOT, "image/gif"),
    "n" * 400 + ".jpg": (lambda: b"\xff\xd8\xff", "image/jpeg"),
    "script.png.php": (lambda: POLYGLOT, "application/x-php"),
    "liste.csv": (lambda: b"nom;prenom\n=1+1;\xff\xfe\n" + b";" * 70_000, "text/csv"),
}


def _upload(name: str) -> Callable[[], tuple[BytesIO, str, str]]:
    make, mime = CONTENTS[name]
    return lambda: (BytesIO(make()), name, mime)


UPLOADS = tuple(_upload(name) for name in CONTENTS)
