# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an erasure leaves of someone's comments: their place, so that the replies stay readable."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.comments.models import Comment
from civic.items.counts import count


def erase_comments(session: Session, person_id: int, at: datetime) -> None:
    """Empty every comment of the person, hidden ones too; what an organisation said through them is its own, and stays."""
    own = select(Comment).where(Comment.author_id == person_id, Comment.organisation_id.is_(None))
    for comment in session.scalars(own):
        if comment.withdrawn_at is None and comment.hidden_at is None:
            count(session, comment.item_id, "comment", -1)
        comment.body = ""
        comment.withdrawn_at = comment.withdrawn_at or at
