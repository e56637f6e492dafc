# SPDX-License-Identifier: AGPL-3.0-or-later
"""Words that change elsewhere than in the item: after a theme is renamed, what bears it is found by its new name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.events.base import TagChanged
from civic.events.outbox import announce
from civic.items.models import Item, ItemTag
from civic.registry import current_registry
from civic.search.index import index_item
from civic.search.models import SearchDocument

BATCH = 200
"""Items written again in one transaction; a theme of thousands never holds the writer for long."""


def index_tagged(session: Session, event: TagChanged) -> None:
    """Index the next items that bear the theme, and announce the rest."""
    found = session.scalars(
        select(Item)
        .join(ItemTag, ItemTag.item_id == Item.id)
        .join(SearchDocument, SearchDocument.item_id == Item.id)
        .where(ItemTag.tag_id == event.tag_id, Item.id > event.after_id)
        .order_by(Item.id)
        .limit(BATCH)
    ).all()
    for item in found:
        resource = current_registry().resource(item.kind)
        if resource is not None and resource.text is not None:
            index_item(session, item.id, resource.text(session, item))
    if len(found) == BATCH:
        announce(session, TagChanged(event.tag_id, found[-1].id, event.at), at=event.at)
