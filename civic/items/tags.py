# SPDX-License-Identifier: AGPL-3.0-or-later
"""Themes of the town on items."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.items.models import ItemTag, Tag


class TagRow(NamedTuple):
    """A theme as lists need it."""

    id: int
    slug: str
    name: PerLanguage


def all_tags(session: Session) -> list[TagRow]:
    """The town's themes, by slug."""
    return [TagRow(*row) for row in session.execute(select(Tag.id, Tag.slug, Tag.name).order_by(Tag.slug))]


def tags_of(session: Session, item_ids: Sequence[int]) -> dict[int, list[TagRow]]:
    """The themes of several items in one query; items without theme are absent."""
    found: dict[int, list[TagRow]] = {}
    rows = session.execute(
        select(ItemTag.item_id, Tag.id, Tag.slug, Tag.name)
        .join(Tag, ItemTag.tag_id == Tag.id)
        .where(ItemTag.item_id.in_(item_ids))
        .order_by(Tag.slug)
    )
    for item_id, tag_id, slug, name in rows:
        found.setdefault(item_id, []).append(TagRow(tag_id, slug, name))
    return found


def set_tags(session: Session, item_id: int, tag_ids: Iterable[int]) -> None:
    """Make these the item's themes; ids the town does not have are left out."""
    held = select(Tag.id).where(Tag.id.in_(set(tag_ids))).order_by(Tag.id)
    # Held until the end of the write, so that nobody takes a theme away under it.
    known = set(session.scalars(held.with_for_update(read=True, key_share=True)))
    session.execute(delete(ItemTag).where(ItemTag.item_id == item_id))
    session.add_all(ItemTag(item_id=item_id, tag_id=tag_id) for tag_id in sorted(known))
    session.flush()
