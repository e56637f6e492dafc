# SPDX-License-Identifier: AGPL-3.0-or-later
"""An entry; title, state, author and number stand on its item."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db.base import Base
from civic.items.models import Item


class Entry(Base):
    """What someone wrote; shares the id of its item."""

    __tablename__ = "parking_entry"

    id: Mapped[int] = mapped_column(ForeignKey("civic_item.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[str] = mapped_column(default="")
    """Markdown, in the item's language."""
    heard_at: Mapped[datetime | None]
    """When the listener heard of it."""
    item: Mapped[Item] = relationship(foreign_keys=[id])
