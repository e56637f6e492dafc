# SPDX-License-Identifier: AGPL-3.0-or-later
"""Migrations: one lineage and one version table for the core and for each module, brought to head in one step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import NullPool

from civic.db.lineage import SCRIPTS, Lineage
from civic.db.wal import use_wal

AfterUpgrade = Callable[[Connection], None]


@contextmanager
def migration_connection(database_url: str) -> Iterator[Connection]:
    """A connection of its own, in one transaction.

    On SQLite foreign keys are off before BEGIN (inside it the pragma is ignored): Alembic's batch mode drops and renames
    tables, which would otherwise empty every ON DELETE CASCADE child. They are checked before COMMIT.
    Raises RuntimeError naming the broken rows; the whole upgrade is then rolled back.
    """
    engine = create_engine(database_url, poolclass=NullPool)
    sqlite = engine.dialect.name == "sqlite"
    if sqlite:

        @event.listens_for(engine, "connect")
        def _connect(dbapi: object, _record: object) -> None:
            dbapi.isolation_level = None  # type: ignore[attr-defined]  # sqlite3.Connection
            use_wal(dbapi)
            for pragma in ("synchronous=full", "foreign_keys=off", "busy_timeout=30000"):
                dbapi.execute(f"pragma {pragma}")  # type: ignore[attr-defined]  # the same

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    try:
        with engine.begin() as connection:
            yield connection
            if sqlite:
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RuntimeError(f"migration left rows without their parent: {broken[:5]}. Nothing was changed.")
    finally:
        engine.dispose()


def alembic_config(connection: Connection, lineage: Lineage) -> AlembicConfig:
    """Alembic's configuration for one lineage, without any ini file."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("version_locations", str(lineage.folder).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, lineage=lineage.name)
    return config


def upgrade(database_url: str, lineages: list[Lineage], after: AfterUpgrade | None = None) -> None:
    """Bring every lineage to its head, the core first, in one transaction; `after` makes triggers again."""
    with migration_connection(database_url) as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(4871236)")  # two nodes may start at once
        for lineage in lineages:
            command.upgrade(alembic_config(connection, lineage), "head")
        if after is not None:
            after(connection)


def behind(database_url: str, lineages: list[Lineage]) -> list[str]:
    """Names of the lineages whose database is not at its head."""
    late = []
    engine = create_engine(database_url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            for lineage in lineages:
                options = {"version_table": f"{lineage.name}_alembic_version"}
                current = MigrationContext.configure(connection, opts=options).get_current_heads()
                heads = ScriptDirectory.from_config(alembic_config(connection, lineage)).get_heads()
                if set(current) != set(heads):
                    late.append(lineage.name)
    finally:
        engine.dispose()
    return late


def make_revision(database_url: str, lineage: Lineage, message: str, revision: str) -> None:
    """Write a revision from the difference between models and database (for developers)."""
    with migration_connection(database_url) as connection:
        command.revision(
            alembic_config(connection, lineage),
            message,
            autogenerate=True,
            rev_id=revision,
            version_path=str(lineage.folder),
        )


def check(database_url: str, lineage: Lineage) -> None:
    """Raise alembic's CommandError when models and migrations differ."""
    with migration_connection(database_url) as connection:
        command.check(alembic_config(connection, lineage))
