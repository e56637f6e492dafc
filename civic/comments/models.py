# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comments on any item, with one level of replies."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key


class Comment(Base):
    """A comment or, with `parent_id`, a reply to one. Hidden ones keep their place with the reason."""

    __tablename__ = "civic_comment"
    __table_args__ = (Index(None, "item_id", "parent_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("civic_comment.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    body: Mapped[str]
    language: Mapped[str] = mapped_column(String(5), default="fr")
    channel: Mapped[str] = mapped_column(Key, default="web")
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
