# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal: insert-only entries with a MAC, seals of their own, and erasable texts behind salted commitments."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key


class JournalEntry(Base):
    """Who did what, when, as which role, on what. Subjects are plain values: the journal outlives what it tells."""

    __tablename__ = "civic_journal"
    __table_args__ = (Index(None, "subject_kind", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(32), unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    """Account that acted; None for the system."""
    role: Mapped[str] = mapped_column(Key)
    act: Mapped[str] = mapped_column(Key)
    subject_kind: Mapped[str] = mapped_column(Key)
    subject_id: Mapped[int]
    from_state: Mapped[str | None] = mapped_column(Key)
    to_state: Mapped[str | None] = mapped_column(Key)
    channel: Mapped[str] = mapped_column(Key, default="web")
    request_id: Mapped[str] = mapped_column(String(32), default="")
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Facts without personal data."""
    commitment: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of salt and free text; the text itself can be erased without breaking the chain."""
    mac: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA256 of all the above but `id` under the instance's journal key."""


class JournalText(Base):
    """Free text of an entry (a reason, a note), erasable; committed to by the entry."""

    __tablename__ = "civic_journal_text"

    entry_uid: Mapped[str] = mapped_column(String(32), primary_key=True)
    salt: Mapped[str] = mapped_column(String(32))
    text: Mapped[str]


class Seal(Base):
    """The chain: one line per sealed entry, each digest covering the one before."""

    __tablename__ = "civic_journal_seal"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(unique=True)
    previous: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]


class JournalHead(Base):
    """Head and count published each day: what makes a cut tail or a rewritten chain visible to others."""

    __tablename__ = "civic_journal_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    published_at: Mapped[datetime]
    seq: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
