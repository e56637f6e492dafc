# SPDX-License-Identifier: AGPL-3.0-or-later
"""A small journal, and the hands of someone who holds the database but not the key."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from civic.db.session import db, write
from civic.journal.entries import record
from civic.journal.sealer import seal
from civic.journal.triggers import PROTECTED, protect
from civic.journal.verify import verify
from civic.keys import current_keys
from civic.permissions.actor import SYSTEM

AT = datetime(2026, 11, 3, 9, 30, 0, 123456, tzinfo=UTC)


class Journal:
    """What the tests do with a journal."""

    def write(self, count: int, reason: str = "", kind: str = "proposals.proposal") -> None:
        """Entries about subjects 1, 2, 3…"""
        with write() as session:
            for number in range(1, count + 1):
                record(
                    session, SYSTEM, "study", kind=kind, subject_id=number, at=AT + timedelta(minutes=number),
                    from_state="submitted", to_state="studied", text=reason and f"{reason} {number}",
                    details={"department": number, "title": "Été à l’école", "ratio": 0.25},
                )  # fmt: skip

    def seal(self, **options: int | bool):
        with write() as session:
            return seal(session, AT, **options)

    def verify(self, *heads, **options):
        db.session().close()
        return verify(db.session(), current_keys().journal, heads, **options)

    def codes(self, *heads, **options):
        """What is found, shortly: code, seal and entry."""
        return [(one.code, one.seq, one.entry_id) for one in self.verify(*heads, **options).findings]

    def tamper(self, *statements: str, **values: object) -> None:
        """Change the tables behind the portal's back, without their triggers; those are put back."""
        with write() as session:
            self.drop_triggers(session)
        with write() as session:
            for statement in statements:
                session.execute(text(statement), values)
        with write() as session:
            protect(session.connection())

    def drop_triggers(self, session: Session) -> None:
        """As someone who owns the database can."""
        on_postgres = session.get_bind().dialect.name == "postgresql"
        acts = ("change", "truncate") if on_postgres else ("update", "delete")
        for table in PROTECTED:
            for act in acts:
                session.execute(text(f"DROP TRIGGER {table}_{act}" + (f" ON {table}" if on_postgres else "")))

    def ids(self) -> list[int]:
        """Entries by seal."""
        return list(db.session().scalars(text("SELECT entry_id FROM civic_journal_seal ORDER BY seq")))


@pytest.fixture
def journal(app: Flask) -> Iterator[Journal]:
    with app.app_context():
        yield Journal()


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], object]], int]:
    """How many statements a piece of work sends."""

    def count(work: Callable[[], object]) -> int:
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        with app.app_context():
            engines = {id(engine.pool): engine for engine in db.engines.values()}
        for engine in engines.values():
            event.listen(engine, "before_cursor_execute", note)
        try:
            work()
        finally:
            for engine in engines.values():
                event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    return count
