# SPDX-License-Identifier: AGPL-3.0-or-later
"""SQLite's write-ahead log: readers are never stopped by the writer."""

import sqlite3
from time import monotonic, sleep
from typing import Any

PATIENCE = 30.0
"""Seconds to wait for another process that makes the same database."""


def use_wal(connection: Any) -> None:
    """Have the database keep a write-ahead log. On a new file, SQLite refuses this at once while another process does
    the same (`busy_timeout` does not hold here), so the wait is ours. Raises OperationalError when it lasts too long."""
    until = monotonic() + PATIENCE
    while connection.execute("pragma journal_mode").fetchone() != ("wal",):
        try:
            connection.execute("pragma journal_mode=wal")
        except sqlite3.OperationalError as busy:
            if "locked" not in str(busy) or monotonic() > until:
                raise
            sleep(0.02)
