# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping the words of an item, in the act's own transaction: what is public is found at once, what is not is never."""

from sqlalchemy import delete
from sqlalchemy.orm import Session

from civic.search.folding import fold
from civic.search.models import SearchDocument


def index_item(session: Session, item_id: int, text: str) -> None:
    """Make these the words the item is found by; triggers feed the full-text index."""
    folded = fold(text)
    document = session.get(SearchDocument, item_id)
    if document is None:
        session.add(SearchDocument(item_id=item_id, folded=folded))
    elif document.folded != folded:
        document.folded = folded


def forget_item(session: Session, item_id: int) -> None:
    """Take the item out of the index."""
    session.execute(
        delete(SearchDocument).where(SearchDocument.item_id == item_id).execution_options(synchronize_session=False)
    )
