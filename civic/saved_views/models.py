# SPDX-License-Identifier: AGPL-3.0-or-later
"""A saved view: a page of the desk with its filters, under a name of one's own."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key

LONGEST_NAME = 60
LONGEST_FILTERS = 400


class SavedView(Base):
    """Filters of the queue, the register or the board; its owner's alone unless it is shared with all staff."""

    __tablename__ = "civic_saved_view"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    page: Mapped[str] = mapped_column(Key)
    """queue, register or board."""
    filters: Mapped[str] = mapped_column(String(LONGEST_FILTERS))
    """Query string written by the desk from filters it understood, never what was typed."""
    shared: Mapped[bool] = mapped_column(default=False, index=True)
    created_at: Mapped[datetime]
