# SPDX-License-Identifier: AGPL-3.0-or-later
"""One person, one support: a unique constraint, whatever the channel."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key


class Support(Base):
    """That a person supports an item; never shown by name."""

    __tablename__ = "civic_support"
    __table_args__ = (UniqueConstraint("item_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    channel: Mapped[str] = mapped_column(Key, default="web")
    at: Mapped[datetime]
