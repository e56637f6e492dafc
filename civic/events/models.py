# SPDX-License-Identifier: AGPL-3.0-or-later
"""The outbox: messages to the outside, written in the act's own transaction, delivered at least once."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key


class OutboxMessage(Base):
    """A message waiting for a runner; claimed by lease so that any number of runners is safe."""

    __tablename__ = "civic_outbox"
    __table_args__ = (Index(None, "done_at", "due_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Key)
    """mail, event, index…: the handler's name."""
    payload: Mapped[dict[str, Any]]
    dedupe: Mapped[str | None] = mapped_column(String(120), unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    leased_by: Mapped[str] = mapped_column(Key, default="")
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """Given up after the last attempt: shown at the desk and by `civic doctor`."""


class Schedule(Base):
    """When a periodic job last ran; claimed by compare-and-set, so one process runs it."""

    __tablename__ = "civic_schedule"

    name: Mapped[str] = mapped_column(Key, primary_key=True)
    ran_at: Mapped[datetime | None]
