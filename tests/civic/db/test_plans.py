# SPDX-License-Identifier: AGPL-3.0-or-later
"""What pages ask over and over is planned once per connection; what fails, or may write, is still rolled back."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from civic.db.session import db, write
from civic.items.models import Tag

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _at_work(app):
    with app.app_context():
        yield


def prepared() -> list[tuple[str, int]]:
    """Statements the connection has planned, with how often the plan for any value was used."""
    rows = db.session.execute(text("select statement, generic_plans from pg_prepared_statements")).all()
    db.session.remove()
    return [(row.statement, row.generic_plans) for row in rows]


def test_a_statement_asked_in_many_requests_is_planned_once():
    for _ in range(15):
        db.session.execute(select(Tag.slug).where(Tag.id == 1).limit(1)).all()
        db.session.remove()
    [(_statement, uses)] = [one for one in prepared() if "civic_tag" in one[0]]
    assert uses > 2


def test_a_read_that_failed_leaves_a_connection_that_works():
    with pytest.raises(DBAPIError):
        db.session.execute(text("select 1 / 0"))
    db.session.remove()
    assert db.session.scalar(text("select 1")) == 1


def test_a_write_that_fails_keeps_nothing():
    with pytest.raises(RuntimeError), write() as session:
        session.add(Tag(slug="velo", name={"fr": "Vélo"}))
        session.flush()
        raise RuntimeError
    assert db.session.scalars(select(Tag.slug)).all() == []


def test_what_is_read_in_one_request_is_not_held_for_the_next():
    assert db.session.scalars(select(Tag.slug)).all() == []
    db.session.remove()
    with write() as session:
        session.add(Tag(slug="velo", name={"fr": "Vélo"}))
    assert db.session.scalars(select(Tag.slug)).all() == ["velo"]
