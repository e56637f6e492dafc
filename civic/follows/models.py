# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who wants to be told what comes of an item."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base


class Follow(Base):
    """An account follows an item."""

    __tablename__ = "civic_follow"

    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("civic_account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]
