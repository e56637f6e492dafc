# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the town sends by post: news of files, codes, and the batches they are printed in."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key

ANSWERS, CODES, HANDED = "answers", "codes", "handed"
"""What a batch holds: answers of the town, codes sent to an address, or one code handed over at the counter."""
WITH_CODES = frozenset({CODES, HANDED})

_LIVING = text("used_at IS NULL AND revoked_at IS NULL")


class LetterBatch(Base):
    """Letters printed and posted together."""

    __tablename__ = "civic_letter_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Key)
    """answers, codes or handed."""
    prepared_at: Mapped[datetime]
    prepared_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    """None when the weekly job made it."""
    letter_count: Mapped[int]
    """When it was made; letters of someone erased since are no longer in it."""
    sent_at: Mapped[datetime | None]
    sent_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))


class Letter(Base):
    """News of a file for someone who asked for answers by post: once per person, file and event."""

    __tablename__ = "civic_letter"
    __table_args__ = (
        UniqueConstraint("person_id", "item_id", "event"),
        Index("ix_civic_letter_waiting", "batch_id", "settled_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"), index=True)
    event: Mapped[str] = mapped_column(Key)
    """What it tells: `entry:` and the uid of a journal entry, or `correction:` and the id of a correction."""
    queued_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("civic_letter_batch.id"))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The letter as it is printed, address included, sealed when its batch is made: printed again, it is the same."""
    place: Mapped[int] = mapped_column(default=0)
    """In the batch: the letters of one person stand together."""
    settled_at: Mapped[datetime | None]
    """Not to be posted: told by e-mail instead, or nothing is left to tell."""
    settled_by: Mapped[str] = mapped_column(Key, default="")
    """mail, address, news or erasure."""


class LetterCode(Base):
    """A code on paper, for whoever lives at an address, or whom the counter has seen: kept as a keyed hash, serves once, until a day."""

    __tablename__ = "civic_letter_code"
    __table_args__ = (
        # One living code for one identity, enforced by the database.
        Index("uq_civic_letter_code_living", "civil_hash", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("civic_letter_batch.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("civic_person.id"), index=True)
    """Who used it."""
    civil_hash: Mapped[str] = mapped_column(String(64))
    birth_hash: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Names, date of birth and address, sealed; forgotten once the code is used, revoked or expired."""
    quartier_id: Mapped[int | None] = mapped_column(ForeignKey("civic_quartier.id"))
    nonce: Mapped[str] = mapped_column(String(32))
    """What the code is drawn from, with the instance's key; emptied when the batch is sent."""
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    wrong_count: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
