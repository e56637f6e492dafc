# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keyset pagination: the address holds the last row seen, so page 400 costs what page 1 costs."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, SQLColumnExpression, tuple_

Row = TypeVar("Row")
LONGEST = 300
"""Characters of a cursor; ours are shorter."""


@dataclass(frozen=True)
class Slice(Generic[Row]):
    """A page of rows with the cursors around it; None where there is nothing more."""

    rows: Sequence[Row]
    next: str | None
    previous: str | None

    @property
    def is_whole(self) -> bool:
        """Whether the list stands on this page with all its rows."""
        return self.next is None and self.previous is None


def encode(values: Sequence[Any]) -> str:
    """A cursor for the address: opaque, url-safe."""
    plain = [value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> list[Any] | None:
    """The values of a cursor, or None when it is not one of ours: the list then begins at its start."""
    if len(cursor) > LONGEST:
        return None
    try:
        raw = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if not isinstance(raw, list) or len(raw) != len(kinds):
            return None
        values = [
            datetime.fromisoformat(value) if kind is datetime else kind(value)
            for value, kind in zip(raw, kinds, strict=True)
        ]
    except (ValueError, TypeError, OverflowError):  # binascii's and Unicode's errors are ValueErrors
        return None
    if any(isinstance(value, datetime) and value.tzinfo is None for value in values):
        return None
    if any(isinstance(value, int) and abs(value) > 2**62 for value in values):
        return None
    return values


def keyset(
    query: Select[Any],
    columns: Sequence[SQLColumnExpression[Any]],
    kinds: Sequence[type],
    *,
    after: str = "",
    before: str = "",
    descending: bool = True,
) -> tuple[Select[Any], bool]:
    """Order by the columns and keep what follows `after` (or precedes `before`); True when read backwards."""
    backwards = bool(before)
    cursor = decode(before or after, kinds) if before or after else None
    if cursor is None:
        backwards = False
    down = descending != backwards
    if cursor is not None:
        key = tuple_(*columns)
        query = query.where(key < tuple_(*cursor) if down else key > tuple_(*cursor))
    order = [column.desc() if down else column.asc() for column in columns]
    return query.order_by(None).order_by(*order), backwards


def page_of(rows: Sequence[Row], size: int, key: Any, *, backwards: bool, began: bool) -> Slice[Row]:
    """Cut `size + 1` fetched rows to a page; `key(row)` gives the cursor's values, `began` that a cursor was used."""
    more = len(rows) > size
    shown = list(rows[:size])
    if backwards:
        shown.reverse()
    if not shown:
        return Slice(shown, None, None)
    follows, precedes = (True, more) if backwards else (more, began)
    return Slice(shown, encode(key(shown[-1])) if follows else None, encode(key(shown[0])) if precedes else None)
