# SPDX-License-Identifier: AGPL-3.0-or-later
"""A proposal; title, state, place, author and counts stand on its item."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db.base import Base
from civic.items.models import Item


class Proposal(Base):
    """What a resident proposes; shares the id of its item."""

    __tablename__ = "proposals_proposal"

    id: Mapped[int] = mapped_column(ForeignKey("civic_item.id", ondelete="CASCADE"), primary_key=True)
    body: Mapped[str] = mapped_column(default="")
    """Markdown, in the item's language."""
    summary: Mapped[str] = mapped_column(String(240), default="")
    """The beginning of the text, for one line of a register."""
    planned_for: Mapped[str] = mapped_column(String(120), default="")
    """When the town plans it, in words: "this winter"."""
    edit_until: Mapped[datetime | None]
    """The author may correct the text until then; given at submission."""
    edited_at: Mapped[datetime | None]
    draft_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The form a draft is typed in, so that saving it again finds the same draft."""
    item: Mapped[Item] = relationship(foreign_keys=[id])
