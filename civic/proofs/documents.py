# SPDX-License-Identifier: AGPL-3.0-or-later
"""What may be sent as a proof: recognised by its first bytes, never by its name or by what the browser says it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from flask_babel import gettext as _

from civic.keys import current_keys
from civic.people.identity import CivilIdentity
from civic.people.proof_upload import ProofUpload
from civic.people.sealing import decrypt, encrypt
from civic.permissions.decision import Missing, Refusal, Refused

LARGEST = 4 * 1024 * 1024
"""Bytes of a document: a photograph of a sheet of paper, or a bill of a few pages."""

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SIGNATURES: Mapping[bytes, str] = {b"%PDF-": PDF, b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
ENDINGS: Mapping[str, str] = {PDF: "pdf", JPEG: "jpg", PNG: "png"}
"""How the file is named when an agent downloads it: the name it was sent under is not kept."""

_DOCUMENT, _IDENTITY = "proof of residence", "identity beside a proof of residence"


@dataclass(frozen=True)
class ProofFile:
    """A document that may be sent."""

    content: bytes
    media_type: str


def read_document(stream: BinaryIO) -> ProofFile:
    """Read a document from what a browser sends. Raises Missing with what to do when it is not one, or too large."""
    content = stream.read(LARGEST + 1)
    if not content:
        raise _fault(_("This file is empty: choose another one, or take the photograph again."))
    if len(content) > LARGEST:
        message = _(
            "This file is too large: at most %(size)s MB. A photograph taken with a lower quality, or of one page only, "
            "is enough; or come to the counter with the document.",
            size=LARGEST // 1024**2,
        )
        raise _fault(message)
    for signature, media_type in SIGNATURES.items():
        if content.startswith(signature):
            return ProofFile(content, media_type)
    message = _(
        "This file is neither a PDF nor a JPEG or PNG photograph, whatever its name. Take a photograph of the document "
        "with your telephone and choose it here, or come to the counter."
    )
    raise _fault(message)


def _fault(message: str) -> Missing:
    """Said on the field of the file."""
    return Missing({"file": message})


def seal_document(token: str, document: ProofFile) -> bytes:
    """The document, encrypted for the row that has this token."""
    return encrypt(current_keys().session, _DOCUMENT, token, document.content)


def seal_identity(token: str, identity: CivilIdentity) -> bytes:
    """The identity written beside it, encrypted for the same row."""
    text = json.dumps([identity.surname, identity.first_names, identity.birth_date.isoformat()])
    return encrypt(current_keys().session, _IDENTITY, token, text.encode())


def open_document(upload: ProofUpload) -> bytes:
    """The document as it was sent. Raises Refused when the instance's key has changed since."""
    try:
        return decrypt(current_keys().session, _DOCUMENT, upload.token, upload.document)
    except InvalidTag:
        message = _(
            "This document can no longer be read: the key of the portal has changed since it was sent. Refuse it with "
            "that reason; the person is told to send it again."
        )
        raise Refused(Refusal("unreadable", message)) from None


def open_identity(upload: ProofUpload) -> CivilIdentity | None:
    """What the person wrote beside it; None when the instance's key has changed since."""
    try:
        text = decrypt(current_keys().session, _IDENTITY, upload.token, upload.identity)
    except InvalidTag:
        return None
    surname, first_names, birth_date = json.loads(text)
    return CivilIdentity(surname, first_names, date.fromisoformat(birth_date))
