# SPDX-License-Identifier: AGPL-3.0-or-later
"""Insert-only tables, enforced by the database. Made again after each upgrade: rebuilding a table drops its triggers."""

from sqlalchemy import Connection, text

PROTECTED = ("civic_journal", "civic_journal_seal", "civic_journal_head")
"""No row of these is ever changed or removed."""


def protect(connection: Connection) -> None:
    """Create the triggers that refuse UPDATE, DELETE and, on PostgreSQL, TRUNCATE."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(_PG_FUNCTION))
    for table in PROTECTED:
        for statement in _statements(connection.dialect.name, table):
            connection.execute(text(statement))


def unprotected(connection: Connection) -> list[str]:
    """Names of the triggers that should exist and do not (`civic doctor` says so)."""
    if connection.dialect.name == "postgresql":
        found = connection.scalars(text("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"))
        wanted = {f"{table}_{act}" for table in PROTECTED for act in ("change", "truncate")}
    else:
        found = connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        wanted = {f"{table}_{act}" for table in PROTECTED for act in ("update", "delete")}
    return sorted(wanted - set(found))


_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION civic_refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% is insert-only', TG_TABLE_NAME; END $$
"""


def _statements(dialect: str, table: str) -> list[str]:
    """What protects one table."""
    if dialect == "postgresql":
        return [
            f"DROP TRIGGER IF EXISTS {table}_change ON {table}",
            f"CREATE TRIGGER {table}_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION civic_refuse_change()",
            f"DROP TRIGGER IF EXISTS {table}_truncate ON {table}",
            f"CREATE TRIGGER {table}_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION civic_refuse_change()",
        ]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_{act} BEFORE {act.upper()} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
        for act in ("update", "delete")
    ]
