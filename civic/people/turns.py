# SPDX-License-Identifier: AGPL-3.0-or-later
"""Recognising persons and joining them is done by one transaction at a time, so that nobody is entered twice."""

from sqlalchemy import text
from sqlalchemy.orm import Session

LOCK = 4871237


def one_at_a_time(session: Session) -> None:
    """Wait for the other transactions that recognise or join persons; the lock is given back at the end of this one.

    Taken before any lock on a person, so that two of them never wait for one another. SQLite's writer is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
