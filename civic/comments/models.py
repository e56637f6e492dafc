# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comments on any item, with one level of replies."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key

COMMENT, QUESTION = "comment", "question"


class Comment(Base):
    """A comment, a question to the town or, with `parent_id`, a reply. Hidden ones keep their place with the reason."""

    __tablename__ = "civic_comment"
    __table_args__ = (
        Index(None, "item_id", "parent_id", "id"),
        Index(None, "nature", "item_id", "id"),
        Index(None, "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("civic_comment.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("civic_organisation.id"))
    """In whose name it is said; the author stays the person."""
    body: Mapped[str]
    language: Mapped[str] = mapped_column(String(5), default="fr")
    nature: Mapped[str] = mapped_column(Key, default=COMMENT, server_default=COMMENT)
    """comment or question."""
    for_town: Mapped[bool] = mapped_column(default=False, server_default=false())
    """A reply by which the town answers a question."""
    channel: Mapped[str] = mapped_column(Key, default="web")
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    """Who entered it for its author, at the counter or from paper."""
    created_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]
    hidden_reason: Mapped[str] = mapped_column(default="")
    withdrawn_at: Mapped[datetime | None]
