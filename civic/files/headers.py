# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a picture says of itself: kind and size, and whether all of it is there. Nothing is decoded here.

A decoder is loaded by the job alone; whoever sends a cut-off picture is told at once, and no bomb can go off.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"


class NotWhole(Exception):
    """The file begins as a picture and does not end as one."""


@dataclass(frozen=True)
class Header:
    """Kind of picture and pixels, as its header says."""

    media_type: str
    width: int
    height: int


def read_header(content: bytes) -> Header | None:
    """Kind and size of a picture; None when it is none of ours. Raises NotWhole when it is cut off or garbled."""
    for begins, read in _READERS.items():
        if content.startswith(begins):
            try:
                return read(content)
            except (IndexError, struct.error) as error:
                raise NotWhole from error
    return None


def begins_as_picture(content: bytes) -> bool:
    """Whether it is to be judged as a picture."""
    return content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")) or (
        content.startswith(b"RIFF") and content[8:12] == b"WEBP"
    )


def _png(content: bytes) -> Header:
    """Chunk after chunk, from IHDR to IEND."""
    width, height = struct.unpack_from(">II", content, 16)
    if content[12:16] != b"IHDR":
        raise NotWhole
    at = 8
    while True:
        (length,) = struct.unpack_from(">I", content, at)
        kind = content[at + 4 : at + 8]
        at += 12 + length
        if at > len(content):
            raise NotWhole
        if kind == b"IEND":
            return Header(PNG, width, height)


_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _jpeg(content: bytes) -> Header:
    """Segment after segment, over the coded data of each scan, to the end mark."""
    at, found = 2, None
    while True:
        if content[at] != 0xFF:
            raise NotWhole
        while content[at] == 0xFF:
            at += 1
        marker = content[at]
        at += 1
        if marker == 0xD9:
            break
        if marker in _STANDALONE:
            continue
        (length,) = struct.unpack_from(">H", content, at)
        if marker in _FRAMES and found is None:
            height, width = struct.unpack_from(">HH", content, at + 3)
            found = Header(JPEG, width, height)
        at += length
        if marker == 0xDA:
            at = _after_scan(content, at)
    if found is None:
        raise NotWhole
    return found


def _after_scan(content: bytes, at: int) -> int:
    """Where the next segment begins: in coded data 0xFF is followed by 0x00, or by a restart mark."""
    while True:
        at = content.find(b"\xff", at)
        if at < 0:
            raise NotWhole
        after = content[at + 1]
        if after != 0x00 and after not in _STANDALONE:
            return at
        at += 2


def _webp(content: bytes) -> Header:
    """The first chunk of the container says the size."""
    (size,) = struct.unpack_from("<I", content, 4)
    kind = content[12:16]
    if content[8:12] != b"WEBP" or size + 8 > len(content):
        raise NotWhole
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        width, height = (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    elif kind == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", content, 26))
    else:
        raise NotWhole
    return Header(WEBP, width, height)


_READERS: dict[bytes, Callable[[bytes], Header]] = {
    b"\x89PNG\r\n\x1a\n": _png,
    b"\xff\xd8\xff": _jpeg,
    b"RIFF": _webp,
}
