# SPDX-License-Identifier: AGPL-3.0-or-later
"""Public numbers: unique in the town, short enough to be read on the telephone, kept for ever."""

from sqlalchemy import insert
from sqlalchemy.orm import Session

from civic.items.models import Item, PublicNumber


def give_number(session: Session, item: Item) -> int:
    """The item's public number, given now when it has none. Inserting a line takes the next one: no row is hot."""
    if item.number is None:
        number = session.scalar(insert(PublicNumber).values(item_id=item.id).returning(PublicNumber.number))
        assert number is not None
        item.number = number
    return item.number
