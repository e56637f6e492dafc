# SPDX-License-Identifier: AGPL-3.0-or-later
"""Moments go in and come back in UTC on both databases; a naive one is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from civic.db.session import db, write
from civic.people.models import Department, Person
from civic.testing.factories import HOSTILE, make_department
from tests.databases import both_databases

pytestmark = both_databases


@pytest.fixture(autouse=True)
def _at_work(app):
    with app.app_context():
        yield


@pytest.mark.parametrize(
    "local",
    [
        datetime(2026, 7, 14, 23, 59, 59, 999999, ZoneInfo("Europe/Paris")),
        datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1),
        datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Indian/Reunion")),
        datetime(2026, 1, 1, 22, 0, tzinfo=ZoneInfo("Pacific/Tahiti")),
    ],
)
def test_a_moment_comes_back_in_utc(local):
    with write() as session:
        session.add(Person(created_at=local))
    [moment] = db.session.scalars(select(Person.created_at))
    assert moment == local.astimezone(UTC)
    assert moment.tzinfo is UTC
    assert db.session.scalar(select(Person.id).where(Person.created_at == local)) is not None


def test_a_naive_moment_is_refused():
    with pytest.raises(StatementError, match="has no time zone"), write() as session:
        session.add(Person(created_at=datetime(2026, 7, 14, 12, 0)))
    with pytest.raises(StatementError, match="has no time zone"):
        db.session.scalars(select(Person).where(Person.created_at > datetime(2026, 7, 14))).all()


def test_an_absent_moment_stays_absent():
    with write() as session:
        session.add(Person(created_at=datetime.now(UTC)))
    assert db.session.scalars(select(Person.erased_at)).one() is None


def test_a_text_per_language_keeps_every_character():
    with write() as session:
        key = make_department(session, name=HOSTILE + "\u202fœ ’ « 🌳").id
    assert db.session.get(Department, key).name == {"fr": HOSTILE + "\u202fœ ’ « 🌳"}
