# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which documents are taken, told by their content: PDF, OpenDocument text and sheet, CSV, plain text. No macros."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO

from flask_babel import lazy_gettext as _

PDF = "application/pdf"
ODT = "application/vnd.oasis.opendocument.text"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
CSV, TEXT = "text/csv", "text/plain"
ENDINGS = {PDF: "pdf", ODT: "odt", ODS: "ods", CSV: "csv", TEXT: "txt"}

MEMBERS = 2_000
UNPACKED = 100 * 1024 * 1024
"""What an OpenDocument may hold: members, and bytes once unpacked."""

_MARKUP = re.compile(r"\s*<(!doctype|!--|\?xml|html|head|body|svg|script|[a-z]+[\s>/])", re.IGNORECASE)
_ACTIVE = re.compile(rb"/(JavaScript|Launch|RichMedia)\b")


class NoDocument(Exception):
    """Why this content is not taken, in a sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class _Reasons:
    """Sentences said after the name of the file."""

    markup: str = _("it is a web page or a drawing in code. Save it as PDF.")
    unknown: str = _("it is not a kind of file we take. Send a PDF, an OpenDocument (ODT, ODS), a CSV or a plain text.")
    cut: str = _("it is cut off. Save it again, or take the original.")
    active: str = _("this PDF holds a program. Print it to a new PDF, without its buttons.")
    locked: str = _("it is protected by a password. Save it without one.")
    macros: str = _("it holds macros. Save it without them, or as PDF.")
    garbled: str = _("it is damaged, or it is not what it says. Save it again, or as PDF.")
    huge: str = _("once opened it would be too large. Send a smaller one, or a PDF.")


REASONS = _Reasons()


def document_type(content: bytes, ending: str) -> str:
    """The kind of a document. Raises NoDocument with what to do when it is not one that is taken.

    `ending` only tells a CSV from a text: both are characters. What is not characters is told by itself alone.
    """
    if content.startswith(b"%PDF-"):
        return _pdf(content)
    if content.startswith(b"PK\x03\x04"):
        return _open_document(content)
    return _characters(content, ending)


def _pdf(content: bytes) -> str:
    """A PDF that has an end, and no program that its reader would run."""
    if b"%%EOF" not in content[-2048:]:
        raise NoDocument(REASONS.cut)
    if _ACTIVE.search(content):
        raise NoDocument(REASONS.active)
    return PDF


def _open_document(content: bytes) -> str:
    """A ZIP whose first member says OpenDocument (ODF 1.3, part 2, 3.3), within limits and without macros."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            members = archive.infolist()
            _refuse_bomb(members, len(content))
            first = members[0] if members else None
            if first is None or first.filename != "mimetype" or first.file_size > 100:
                raise NoDocument(REASONS.unknown)
            media_type = archive.read(first).decode("ascii", "replace").strip()
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, OSError, ValueError) as error:
        raise NoDocument(REASONS.garbled) from error
    if media_type not in (ODT, ODS):
        raise NoDocument(REASONS.unknown)
    _refuse_members(members)
    return media_type


def _refuse_bomb(members: list[zipfile.ZipInfo], size: int) -> None:
    """Raise NoDocument for more than an honest document unpacks to, and for members that share their bytes."""
    if len(members) > MEMBERS or sum(one.file_size for one in members) > UNPACKED:
        raise NoDocument(REASONS.huge)
    if sum(one.compress_size for one in members) > size:
        raise NoDocument(REASONS.garbled)


def _refuse_members(members: list[zipfile.ZipInfo]) -> None:
    """Raise NoDocument for locked or doubled members, paths that leave the archive, macros, or a missing content."""
    names = [one.filename for one in members]
    if any(one.flag_bits & 0x1 for one in members):
        raise NoDocument(REASONS.locked)
    leaving = any(name.startswith("/") or "\\" in name or ".." in name.split("/") for name in names)
    if leaving or len(set(names)) != len(names) or not {"content.xml", "META-INF/manifest.xml"} <= set(names):
        raise NoDocument(REASONS.garbled)
    if any(name.split("/")[0].lower() in {"basic", "scripts"} for name in names):
        raise NoDocument(REASONS.macros)


def _characters(content: bytes, ending: str) -> str:
    """Characters of a person's language, and no page in disguise."""
    if ending not in {"csv", "txt"}:
        raise NoDocument(REASONS.markup if _MARKUP.match(content[:500].decode("latin-1")) else REASONS.unknown)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError as error:
            raise NoDocument(REASONS.unknown) from error
    if any(ord(one) < 32 and one not in "\t\n\r\f" for one in set(text)):
        raise NoDocument(REASONS.unknown)
    if _MARKUP.match(text):
        raise NoDocument(REASONS.markup)
    return CSV if ending == "csv" else TEXT
