# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who wants the weekly summary of late files."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base


class SummaryChoice(Base):
    """What someone chose; without a row, clerks and agents of a department receive it, the others do not."""

    __tablename__ = "civic_summary_choice"

    account_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id", ondelete="CASCADE"), primary_key=True)
    wanted: Mapped[bool]
