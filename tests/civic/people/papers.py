# SPDX-License-Identifier: AGPL-3.0-or-later
"""Documents that residents send: the smallest files that are really what they say, and some that are not."""

import struct
import zlib
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from civic.people.identity import CivilIdentity
from civic.people.models import Account
from civic.people.proof_upload import ProofUpload
from civic.people.verification import Proof
from civic.proofs.documents import PDF, ProofFile
from civic.proofs.services import send_proof
from tests.civic.people.making import AT, actor_for

PDF_FILE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF FACTURE-SECRETE\n"
JPEG_FILE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 40 + b"\xff\xd9"
WHO = CivilIdentity("Le Goff", "Éloïse Marie", date(1980, 5, 31))
OTHER = CivilIdentity("Quémeneur", "Rosalie", date(1975, 1, 2))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG_FILE = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\x00\xff"))
    + _chunk(b"IEND", b"")
)


def send(
    session: Session, account_id: int, who: CivilIdentity = WHO, *, at: datetime = AT, document: ProofFile | None = None
) -> int:
    """The account sends a bill of ten days before; gives the id of what waits."""
    account = session.get_one(Account, account_id)
    proof = Proof("bill", (at - timedelta(days=10)).date())
    send_proof(session, actor_for(session, account), proof, who, document or ProofFile(PDF_FILE, PDF), at=at)
    return session.query(ProofUpload.id).filter_by(person_id=account.person_id).scalar()
