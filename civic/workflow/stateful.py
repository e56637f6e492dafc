# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the engine moves: a row with a state, its date, its deadline and a version."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key


class Stateful(Base):
    """Abstract base of items and answers. `state` is written by the engine alone (see guarding.py)."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(Key)
    state_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """When the present state should have ended."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each act that changes the row; forms carry it, so that a stale page is told."""
