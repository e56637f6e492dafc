# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words of each visible item, folded; the full-text index itself is made by the migration, per database."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base


class SearchDocument(Base):
    """Folded text of an item; triggers keep its words in the table `fts_search`: FTS5, or a tsvector under a GIN index."""

    __tablename__ = "civic_search_document"

    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id", ondelete="CASCADE"), primary_key=True)
    folded: Mapped[str]
