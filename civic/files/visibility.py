# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whether everyone may see a file: it follows its item and the space the item stands in."""

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from civic.files.models import READY, StoredFile
from civic.items.models import Item
from civic.permissions.actor import VISITOR
from civic.ports.store import Area
from civic.spaces.access import may_see, visible_space_ids
from civic.spaces.models import Space


def is_public(session: Session, file: StoredFile) -> bool:
    """Whether a visitor may see the file now, or as soon as it is ready."""
    item = session.get(Item, file.item_id)
    if item is None or not item.visible or file.removed_at is not None:
        return False
    space = session.get(Space, item.space_id) if item.space_id is not None else None
    return space is None or may_see(VISITOR, space)


def wanted_area(session: Session, file: StoredFile) -> Area:
    """Where the file's bytes should stand."""
    return Area.PUBLIC if is_public(session, file) else Area.PRIVATE


def misplaced(session: Session, *conditions: ColumnElement[bool]) -> list[int]:
    """Ids of files that stand in the wrong area; the set form of `wanted_area`."""
    public = and_(
        Item.visible,
        StoredFile.removed_at.is_(None),
        or_(Item.space_id.is_(None), Item.space_id.in_(visible_space_ids(VISITOR))),
    )
    wrong = or_(
        and_(public, StoredFile.visibility == Area.PRIVATE.value),
        and_(~public, StoredFile.visibility == Area.PUBLIC.value),
    )
    query = select(StoredFile.id).join(Item, Item.id == StoredFile.item_id)
    return list(session.scalars(query.where(StoredFile.state == READY, wrong, *conditions).order_by(StoredFile.id)))
