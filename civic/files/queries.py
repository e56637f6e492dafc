# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files as pages, exports and their own addresses read them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, joinedload

from civic.files.models import READY, FileRendition, StoredFile
from civic.items.models import Document, Item
from civic.spaces.models import Space


def files_of(session: Session, item_id: int) -> Sequence[StoredFile]:
    """The files of an item, in the order they were added."""
    query = select(StoredFile).where(StoredFile.item_id == item_id, StoredFile.removed_at.is_(None))
    return session.scalars(query.order_by(StoredFile.id)).all()


def files_of_document(session: Session, document_id: int) -> Sequence[StoredFile]:
    """The files that come with a document of a process, in the order they were added."""
    query = select(StoredFile).where(StoredFile.document_id == document_id, StoredFile.removed_at.is_(None))
    return session.scalars(query.order_by(StoredFile.id)).all()


def documents_of(session: Session, item_id: int) -> list[tuple[Document, list[StoredFile]]]:
    """The documents and news of an item, the last first, each with its files in the order they were added: one query."""
    comes_with = and_(StoredFile.document_id == Document.id, StoredFile.removed_at.is_(None))
    query = select(Document, StoredFile).outerjoin(StoredFile, comes_with).where(Document.item_id == item_id)
    found: dict[int, tuple[Document, list[StoredFile]]] = {}
    order = (Document.published_at.desc(), Document.id.desc(), StoredFile.id)
    for document, file in session.execute(query.order_by(*order)):
        _document, files = found.setdefault(document.id, (document, []))
        if file is not None:
            files.append(file)
    return list(found.values())


def files_taken_away(session: Session, item_id: int) -> Sequence[StoredFile]:
    """What the town took away from an item and may put back, the last first; a withdrawn document's are gone with it."""
    query = select(StoredFile).where(
        StoredFile.item_id == item_id, StoredFile.removed_at.is_not(None), StoredFile.taken_by_id.is_not(None)
    )
    return session.scalars(query.order_by(StoredFile.removed_at.desc(), StoredFile.id)).all()


@dataclass(frozen=True)
class Served:
    """One object that is asked for, with what decides who may see it."""

    file: StoredFile
    rendition: FileRendition
    item: Item
    space: Space | None


def find_served(session: Session, key: str, name: str) -> Served | None:
    """What an address stands for, in one query; None when nothing can be asked for under it."""
    row = session.execute(
        select(StoredFile, FileRendition, Item, Space)
        .join(FileRendition, FileRendition.file_id == StoredFile.id)
        .join(Item, Item.id == StoredFile.item_id)
        .outerjoin(Space, Space.id == Item.space_id)
        .where(StoredFile.key == key, FileRendition.name == name)
        .where(StoredFile.state == READY, StoredFile.removed_at.is_(None))
        # A space is loaded with its item by an inner join, which would lose what stands in none.
        .options(joinedload(Space.item, innerjoin=False))
    ).first()
    return None if row is None else Served(*row)


def files_sent_by(session: Session, person_id: int) -> list[Mapping[str, Any]]:
    """What a person's export holds of the files they sent."""
    columns = (
        *(Item.kind, Item.number, StoredFile.name, StoredFile.purpose, StoredFile.media_type, StoredFile.size),
        *(StoredFile.sha256, StoredFile.alternative, StoredFile.state, StoredFile.created_at, StoredFile.removed_at),
    )
    query = select(*columns).join(Item, Item.id == StoredFile.item_id).where(StoredFile.owner_id == person_id)
    return [dict(row) for row in session.execute(query.order_by(StoredFile.id)).mappings()]
