# SPDX-License-Identifier: AGPL-3.0-or-later
"""Inserting a row that may exist already, without an error, on both databases."""

from typing import Any

from sqlalchemy import literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from civic.db.base import Base


def insert_once(session: Session, model: type[Base], **values: Any) -> bool:
    """Insert the row unless a unique constraint already holds it; True when it was inserted.

    Two writers at once: on PostgreSQL the second waits for the first and inserts nothing, and its transaction goes on.
    """
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    # Asked back rather than counted: psycopg tells no row count where nothing is returned.
    done = session.execute(insert(model).values(**values).on_conflict_do_nothing().returning(literal(1)))
    return done.first() is not None
