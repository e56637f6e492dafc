# SPDX-License-Identifier: AGPL-3.0-or-later
"""What someone sends, told by its content and refused with the name of the file, the reason and what to do."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from flask_babel import gettext as _
from flask_babel import lazy_gettext

from civic.files.documents import ENDINGS as DOCUMENT_ENDINGS
from civic.files.documents import NoDocument, document_type
from civic.files.headers import JPEG, PNG, WEBP, Header, NotWhole, begins_as_picture, read_header
from civic.files.names import clean_name, ending_of, quoted
from civic.files.settings import FilesSettings
from civic.permissions.decision import Missing

PICTURE, DOCUMENT = "picture", "document"
MOST_PIXELS = 40_000_000
PICTURE_ENDINGS = {JPEG: "jpg", PNG: "png", WEBP: "webp"}
_NAMED_AS_PICTURE = frozenset(
    {"jpg", "jpeg", "png", "webp", "gif", "bmp", "tif", "tiff", "heic", "heif", "avif", "svg"}
)
MEGABYTE = 1024 * 1024

_TELEPHONE = lazy_gettext(
    "it is a HEIC picture, which few browsers show. In the settings of the telephone’s camera choose “Most compatible” (JPEG), or send a screenshot of it."
)
_OTHER_PICTURES: Mapping[bytes, str] = {
    b"GIF8": lazy_gettext("it is a GIF. Send a JPEG, a PNG or a WebP."),
    b"II*\x00": lazy_gettext("it is a TIFF picture. Send a JPEG, a PNG or a WebP."),
    b"MM\x00*": lazy_gettext("it is a TIFF picture. Send a JPEG, a PNG or a WebP."),
}


@dataclass(frozen=True)
class Checked:
    """A file that may be kept."""

    content: bytes
    purpose: str
    name: str
    media_type: str
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        """Digest of what was sent."""
        return hashlib.sha256(self.content).hexdigest()


def check_upload(name: str, stream: BinaryIO, limits: FilesSettings) -> Checked:
    """Read and check what a browser sends under a name. Raises Missing on `file`, which names it and says why."""
    most = max(limits.picture_megabytes, limits.document_megabytes) * MEGABYTE
    content = stream.read(most + 1)
    try:
        return _check(name, content, limits)
    except NoDocument as refusal:
        sentence = _("“%(name)s” was not taken: %(reason)s", name=quoted(name), reason=refusal.sentence)
        raise Missing({"file": sentence}) from refusal


def _check(name: str, content: bytes, limits: FilesSettings) -> Checked:
    """Picture or document; raises NoDocument with the reason."""
    if not content:
        raise NoDocument(_("it is empty."))
    is_picture = begins_as_picture(content)
    _refuse_size(content, limits.picture_megabytes if is_picture else limits.document_megabytes)
    if not is_picture:
        media_type = _document(name, content)
        ending = DOCUMENT_ENDINGS[media_type]
        return Checked(content, DOCUMENT, clean_name(name, ending, "document"), media_type)
    header = _header(content)
    ending = PICTURE_ENDINGS[header.media_type]
    own = clean_name(name, ending, "picture")
    return Checked(content, PICTURE, own, header.media_type, header.width, header.height)


def _header(content: bytes) -> Header:
    """Kind and size of a picture; raises NoDocument when it is cut off or has too many pixels."""
    cut = _("this picture is cut off or damaged. Take it again, or send the original.")
    try:
        header = read_header(content)
    except NotWhole as error:
        raise NoDocument(cut) from error
    if header is None or not header.width or not header.height:
        raise NoDocument(cut)
    if header.width * header.height > MOST_PIXELS:
        raise NoDocument(
            _(
                "it has %(pixels)s million pixels, and at most %(most)s are taken. Make it smaller, or take it with a lower resolution.",
                pixels=header.width * header.height // 1_000_000,
                most=MOST_PIXELS // 1_000_000,
            )
        )
    return header


def _document(name: str, content: bytes) -> str:
    """The kind of a document; what is named or begins as a picture is refused as a picture."""
    for begins, reason in _OTHER_PICTURES.items():
        if content.startswith(begins):
            raise NoDocument(str(reason))
    if content[4:8] == b"ftyp" and content[8:12] in {b"heic", b"heix", b"mif1", b"msf1", b"hevc", b"heim"}:
        raise NoDocument(str(_TELEPHONE))
    ending = ending_of(name)
    if ending == "svg" or (ending in _NAMED_AS_PICTURE and not content.startswith((b"%PDF-", b"PK\x03\x04"))):
        raise NoDocument(_("it is not a picture we can show, whatever its name. Send a JPEG, a PNG or a WebP."))
    return document_type(content, ending)


def _refuse_size(content: bytes, megabytes: int) -> None:
    """Raise NoDocument above a number of megabytes."""
    if len(content) > megabytes * MEGABYTE:
        raise NoDocument(_("it is too large: at most %(most)s MB. Send a smaller one.", most=megabytes))
