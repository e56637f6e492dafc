# SPDX-License-Identifier: AGPL-3.0-or-later
"""Reading entries: a fixed number of queries whatever the length of the list."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.web.pagination import Slice, keyset, page_of

from .models import Entry
from .workflow import KIND

PAGE = 25
COLUMNS: tuple[Any, ...] = (Item.id, Item.number, Item.title, Item.state, Item.published_at)


def entry_page(session: Session, after: str, before: str) -> Slice[Row[Any]]:
    """A page of the register, newest first."""
    query: Select[Any] = select(*COLUMNS).where(Item.kind == KIND, Item.visible.is_(True))
    query, backwards = keyset(query, (Item.published_at, Item.id), (datetime, int), after=after, before=before)
    rows: Sequence[Row[Any]] = session.execute(query.limit(PAGE + 1)).all()
    return page_of(rows, PAGE, _place, backwards=backwards, began=bool(after or before))


def _place(row: Row[Any]) -> tuple[datetime, int]:
    """Where a row stands in the list."""
    return row.published_at, row.id


def entry_numbered(session: Session, number: int) -> Entry | None:
    """The public entry of that number, with its item."""
    query = select(Entry).join(Item, Item.id == Entry.id)
    return session.scalar(query.where(Item.number == number, Item.kind == KIND, Item.visible.is_(True)))


def entry_words(session: Session, item: Item) -> str:
    """What one may search an entry by."""
    return " ".join([*item.title.values(), session.get_one(Entry, item.id).body])


def open_entries(session: Session) -> int:
    """How many are public and not closed."""
    shown = select(func.count()).select_from(Item).where(Item.kind == KIND, Item.visible.is_(True))
    return session.scalar(shown.where(Item.state == "open")) or 0


def waiting(session: Session, place: Any, at: datetime) -> Mapping[str, Any] | None:
    """What the home page says; nothing when no request waits."""
    count = open_entries(session)
    return {"count": count} if count else None


def entry_rows(session: Session) -> Iterator[Sequence[Any]]:
    """Every public entry, for open data."""
    query = select(Item.number, Item.title, Item.language, Item.state, Item.published_at)
    shown = query.where(Item.kind == KIND, Item.visible.is_(True)).order_by(Item.number)
    for row in session.execute(shown.execution_options(yield_per=500)):
        yield row.number, row.title.get(row.language, ""), row.state, row.published_at


def written_by(session: Session, person_id: int) -> Sequence[Mapping[str, Any]]:
    """What the person's own export holds."""
    query = select(Item, Entry.body).join(Entry, Entry.id == Item.id).where(Item.author_id == person_id)
    return [
        {"number": item.number, "title": item.title, "body": body, "created_at": item.created_at.isoformat()}
        for item, body in session.execute(query.order_by(Item.id))
    ]
