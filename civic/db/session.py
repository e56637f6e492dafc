# SPDX-License-Identifier: AGPL-3.0-or-later
"""Database sessions: a reader that cannot write, and the one place of the product that commits."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from civic.config import Config
from civic.db.base import Base
from civic.db.liveness import try_sleepers
from civic.db.plans import keep_plans
from civic.db.wal import use_wal

Row = TypeVar("Row", bound=Base)
WRITING = "civic.writing"
AFTER_COMMIT = "civic.after_commit"


class NestedWrite(RuntimeError):
    """A write was opened inside another one: services never commit, so only the outermost caller opens it."""


class ReaderWriterSession(FlaskSession):
    """Reads on a connection that refuses to write; writes only inside `write()`."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        """The writer engine inside `write()`, the read-only one elsewhere."""
        return db.engines["writer"] if self.info.get(WRITING) else db.engines[None]


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"class_": ReaderWriterSession, "expire_on_commit": False, "autoflush": True},
)


def init_database(app: Flask, config: Config) -> None:
    """Bind the application to its database: two engines on SQLite, two views of one pool on PostgreSQL."""
    app.config["SQLALCHEMY_DATABASE_URI"] = config.database_url
    app.config["SQLALCHEMY_BINDS"] = {"writer": config.database_url}
    if not config.is_sqlite:
        app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": 10}
    db.init_app(app)
    with app.app_context():
        if config.is_sqlite:
            _prepare_sqlite(db.engines[None], read_only=True)
            _prepare_sqlite(db.engines["writer"], read_only=False)
        else:
            writer = db.engines["writer"]
            writer.dispose()
            try_sleepers(db.engines[None])
            keep_plans(db.engines[None])
            engines = cast("dict[str | None, Engine]", db.engines)
            engines["writer"] = engines[None]
            engines[None] = engines[None].execution_options(postgresql_readonly=True)


def _prepare_sqlite(engine: Engine, *, read_only: bool) -> None:
    """WAL, foreign keys, and transactions that really begin (pysqlite sends no BEGIN before a SELECT)."""

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None
        use_wal(dbapi)
        pragmas = ["foreign_keys=on", "recursive_triggers=on", "busy_timeout=30000"]
        # synchronous cannot be changed inside a transaction, so each engine has its own from the start.
        pragmas.append("query_only=on" if read_only else "synchronous=full")
        for pragma in pragmas:
            dbapi.execute(f"pragma {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


@contextmanager
def write() -> Iterator[Session]:
    """One transaction: ends what was read, begins on the writer, commits at the end, rolls back on any error.

    Objects read before are detached, so that nothing stale can be saved: load actor and subject inside.
    Raises NestedWrite when a write is already open.
    """
    session = db.session()
    if session.info.get(WRITING):
        raise NestedWrite("write() is already open in this session")
    session.close()
    session.info[WRITING] = True
    session.info[AFTER_COMMIT] = []
    try:
        yield session
        session.commit()
        after = session.info[AFTER_COMMIT]
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info[WRITING] = False
        session.info[AFTER_COMMIT] = []
    for callback in after:
        callback()


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Call `callback` once the open write has been committed (never when it is rolled back)."""
    callbacks = session.info[AFTER_COMMIT]
    if callback not in callbacks:
        callbacks.append(callback)


def lock(session: Session, model: type[Row], key: int) -> Row | None:
    """The row, locked until the end of the write and read afresh, or None.

    FOR NO KEY UPDATE on PostgreSQL, so that comments and supports on it do not wait; SQLite's writer is alone anyway.
    """
    return session.get(model, key, with_for_update={"key_share": True}, populate_existing=True)
