# SPDX-License-Identifier: AGPL-3.0-or-later
"""Statements that PostgreSQL has planned once stay planned: pages ask the same few over and over."""

from typing import Any

from sqlalchemy import Engine


def keep_plans(engine: Engine) -> None:
    """End transactions that only read by COMMIT. psycopg forgets its prepared statements at each ROLLBACK, which is
    how SQLAlchemy ends what was not committed; a transaction that may write, or failed, is rolled back as before."""
    dialect: Any = engine.dialect
    undo = dialect.do_rollback

    def end(connection: Any) -> None:
        driver = connection.driver_connection  # psycopg's own, behind the pool's
        only_read = driver.read_only and driver.info.transaction_status.name == "INTRANS"
        (dialect.do_commit if only_read else undo)(connection)

    dialect.do_rollback = end
