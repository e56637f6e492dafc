# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two invented documents that residents have sent to prove where they live: small files, made here, that name nobody."""

import struct
import zlib
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from civic.demo.town import DemoTown
from civic.people.identity import CivilIdentity
from civic.people.models import Account, Person
from civic.people.verification import Proof
from civic.proofs.documents import PDF, PNG, ProofFile
from civic.proofs.services import send_proof

WIDTH, HEIGHT = 620, 877
"""Pixels of the picture: a sheet of A4 at 75 points an inch."""
MARGIN = 24
"""Pixels of the table around it."""
INK, GREY, PAPER, TABLE = 40, 170, 250, 205


def plan_proofs(town: DemoTown) -> None:
    """Two residents send a document, nine days and two days ago; nobody has looked at them yet."""
    for key, kind, days, is_picture in (("mehdi-saidi", "bill", 9, False), ("clemence-faivre", "rent", 2, True)):
        proof = Proof(kind, town.day(-days - 25))
        act = partial(_send, town=town, key=key, proof=proof, is_picture=is_picture)
        town.timeline.add(town.moment(-days, 18, 20), f"a proof of residence sent by {key}", act)


def _send(session: Session, at: datetime, *, town: DemoTown, key: str, proof: Proof, is_picture: bool) -> None:
    """What the resident does in their space."""
    actor = town.actor(session, key)
    person = session.get_one(Person, session.get_one(Account, actor.account_id).person_id)
    born = date(person.birth_year or 1990, 4, 12)
    identity = CivilIdentity(person.family_name, person.given_name, born)
    file = (
        ProofFile(picture_of_a_sheet(), PNG)
        if is_picture
        else ProofFile(bill(f"{person.given_name} {person.family_name}", proof.issued_on), PDF)
    )
    send_proof(session, actor, proof, identity, file, at=at)


def bill(name: str, issued_on: date) -> bytes:
    """A bill of one page, as the smallest PDF that every reader opens (ISO 32000-1, 7.5)."""
    due = issued_on + timedelta(days=15)
    lines = (
        "Énergies de la Vallée - facture (document inventé)",
        name,
        "14 rue de la Tannerie, 00000 Rive",
        f"Facture du {issued_on:%d/%m/%Y}",
        f"À régler avant le {due:%d/%m/%Y} : 61,40 euros",
    )
    shown = b" T* ".join(b"(" + _escaped(line) + b") Tj" for line in lines)
    text = b"BT /F1 13 Tf 28 TL 70 740 Td " + shown + b" ET"
    return _pdf(
        (
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
            b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        )
    )


def _escaped(line: str) -> bytes:
    """A text as it stands between parentheses in a PDF."""
    return line.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _pdf(objects: tuple[bytes, ...]) -> bytes:
    """The objects, numbered from 1, with the table of where each begins."""
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (size, table, size, len(file))
    )


def picture_of_a_sheet() -> bytes:
    """The photograph of a sheet: grey strokes where the words would be (PNG, 8 bits of grey)."""
    rows = [bytearray([TABLE]) * WIDTH for _ in range(HEIGHT)]
    strokes = [(MARGIN, WIDTH - MARGIN, MARGIN, HEIGHT - 2 * MARGIN, PAPER)]
    strokes += [(70, 330, 60, 24, INK), (360, 550, 160, 10, INK), (360, 500, 184, 10, INK), (360, 530, 208, 10, INK)]
    strokes += [(70, 300, 270, 14, INK)]
    strokes += [(70, 550 - 37 * (line % 4), 320 + 26 * line, 8, GREY) for line in range(12)]
    strokes += [(70, 550, 660, 2, INK), (400, 550, 684, 14, INK)]
    for left, right, top, height, shade in strokes:
        for row in rows[top : top + height]:
            row[left:right] = bytes([shade]) * (right - left)
    pixels = b"".join(b"\x00" + bytes(row) for row in rows)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(pixels, 9))
        + _chunk(b"IEND", b"")
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
