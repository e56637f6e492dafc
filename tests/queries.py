# SPDX-License-Identifier: AGPL-3.0-or-later
"""How many statements a piece of work sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from civic.db.session import db


@contextmanager
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements sent meanwhile, transaction control left out."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
            sent.append(statement)

    with app.app_context():
        engines = {id(engine.pool): engine for engine in db.engines.values()}
    for engine in engines.values():
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines.values():
            event.remove(engine, "before_cursor_execute", note)
