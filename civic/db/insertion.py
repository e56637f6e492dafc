# SPDX-License-Identifier: AGPL-3.0-or-later
"""Inserting a row that may exist already, without an error, on both databases."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from civic.db.base import Base


def insert_once(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert the row unless a unique constraint already holds it; True when it was inserted.

    Two writers at once: on PostgreSQL the second waits for the first and inserts nothing, and its transaction goes on.
    """
    if session.get_bind().dialect.name == "postgresql":
        done = session.execute(postgresql.insert(model).values(**values).on_conflict_do_nothing())
    else:
        done = session.execute(sqlite.insert(model).values(**values).on_conflict_do_nothing())
    inserted: int = done.rowcount  # type: ignore[attr-defined]  # an INSERT gives a CursorResult
    return inserted == 1
