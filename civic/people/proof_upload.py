# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proof of residence sent online, while it waits for an agent; its row is destroyed with the decision."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.db.base import Base, Key


class ProofUpload(Base):
    """A document waiting to be checked: one per person, by constraint.

    The document stands in the database on purpose, never in a file of the instance: it is destroyed in the transaction
    that decides, every stateless node can read it, and no copy is forgotten in a folder. It is encrypted under the
    instance's session key, so that a backup of the database alone shows nothing. It never goes into the journal, an
    export, a CSV file or the search: of the document only kind, date and agent are kept, in the verification.
    """

    __tablename__ = "civic_proof_upload"
    __table_args__ = (UniqueConstraint("person_id"), Index(None, "uploaded_at", "id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    """Never given twice (hence `sqlite_autoincrement`): an agent decides on the document that was looked at."""
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"))
    proof_kind: Mapped[str] = mapped_column(Key)
    proof_on: Mapped[date]
    """Date of the document, as the person read it."""
    media_type: Mapped[str] = mapped_column(Key)
    size: Mapped[int]
    """Bytes of the document, before encryption."""
    uploaded_at: Mapped[datetime]
    token: Mapped[str] = mapped_column(String(32))
    """Random; bound to both encrypted columns, which open in no other row."""
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    identity: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """Surname at birth, first names and date of birth as the person wrote them: encrypted, and destroyed as well."""


def discard_upload(session: Session, person_id: int) -> bool:
    """Destroy the document that waits for a person; whether there was one."""
    gone = delete(ProofUpload).where(ProofUpload.person_id == person_id).returning(ProofUpload.id)
    return session.scalar(gone) is not None
