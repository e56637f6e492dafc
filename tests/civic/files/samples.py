# SPDX-License-Identifier: AGPL-3.0-or-later
"""Honest and hostile files, made on the spot."""

import struct
import zipfile
import zlib
from functools import cache
from io import BytesIO

from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

MIMETYPE = "application/vnd.oasis.opendocument.text"


def picture(format="JPEG", size=(1200, 800), mode="RGB", colour=None, **options) -> bytes:
    """A picture of one colour with a darker band, so that something can be seen in it."""
    image = Image.new(mode, size, colour if colour is not None else {"RGB": (30, 90, 160)}.get(mode, 0))
    out = BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def with_place(orientation=6) -> bytes:
    """A photograph of a telephone: turned, with place, camera, comment and thumbnail."""
    image = Image.new("RGB", (1200, 800), (200, 30, 30))
    image.paste((30, 30, 200), (600, 0, 1200, 800))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETCAM"
    exif.get_ifd(0x8825).update({1: "N", 2: (47.0, 11.0, 44.1), 3: "E", 4: (2.0, 0.0, 9.5)})
    out = BytesIO()
    image.save(out, "JPEG", exif=exif, comment="SECRETCOMMENT", xmp=b"<x:xmpmeta>SECRETXMP</x:xmpmeta>")
    return out.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@cache
def png_bomb(side=20_000) -> bytes:
    """A PNG of side × side pixels in a few kilobytes: every line is the same."""
    packer = zlib.compressobj(9)
    line = b"\x00" * (1 + (side + 7) // 8)
    rows = b"".join(packer.compress(line * 1000) for _ in range(side // 1000)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def lying_png() -> bytes:
    """Says 10 × 10 in its header, and holds too few lines."""
    header = struct.pack(">IIBBBBB", 10, 10, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\x00" * 31)) + chunk(b"IEND", b"")  # fmt: skip


def moving(format="WEBP") -> bytes:
    frames = [Image.new("RGB", (600, 400), colour) for colour in ((200, 0, 0), (0, 200, 0), (0, 0, 200))]
    out = BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:], duration=200)
    return out.getvalue()


def sixteen_bits() -> bytes:
    return picture("PNG", mode="I;16", colour=40_000)


def palette_with_transparency() -> bytes:
    image = Image.new("P", (700, 500), 0)
    image.putpalette([255, 0, 0, 0, 255, 0] + [0] * 762)
    image.paste(1, (350, 0, 700, 500))
    out = BytesIO()
    image.save(out, "PNG", transparency=0)
    return out.getvalue()


def cmyk() -> bytes:
    return picture("JPEG", mode="CMYK", colour=(0, 255, 255, 0))


def with_profile() -> bytes:
    """A picture with a colour profile, and text chunks in the PNG."""
    text = PngInfo()
    text.add_text("Comment", "SECRETTEXT")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return picture("PNG", icc_profile=profile, pnginfo=text)


def pdf(extra: bytes = b"") -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog " + extra + b">>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def odt(mimetype=MIMETYPE, members=None, **more: bytes) -> bytes:
    """An OpenDocument text; `members` adds or replaces members by name."""
    contents = {
        "content.xml": b"<office:document-content/>",
        "META-INF/manifest.xml": b"<manifest/>",
        **(members or {}),
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), mimetype)
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


@cache
def zip_bomb() -> bytes:
    """An OpenDocument whose content unpacks to 300 MB."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), MIMETYPE)
        archive.writestr("META-INF/manifest.xml", b"<manifest/>")
        with archive.open("content.xml", "w") as member:
            for _ in range(300):
                member.write(b" " * 1_000_000)
    return out.getvalue()
