# SPDX-License-Identifier: AGPL-3.0-or-later
"""`write()` is the one place that commits; whoever reads cannot write."""

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError

from civic.clock import now
from civic.db.session import NestedWrite, after_commit, db, lock, write
from civic.people.models import Person
from tests.databases import both_databases

pytestmark = both_databases


@pytest.fixture(autouse=True)
def _at_work(app):
    with app.app_context():
        yield


def someone(name="Zoé"):
    return Person(given_name=name, created_at=now())


def people():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Person))


def test_a_reader_cannot_write():
    assert people() == 0
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        db.session.execute(insert(Person).values(created_at=now()))
    db.session.rollback()
    db.session.add(someone())
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        db.session.flush()
    db.session.rollback()
    assert people() == 0


def test_a_reader_cannot_change_the_tables_either():
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        db.session.execute(text("DROP TABLE civic_follow"))


def test_the_reader_stays_a_reader_after_a_write():
    with write() as session:
        session.add(someone())
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        db.session.execute(insert(Person).values(created_at=now()))


def test_a_write_commits_at_its_end_and_not_before():
    with write() as session:
        session.add(someone())
        session.flush()
        with db.engines[None].connect() as elsewhere:
            assert elsewhere.scalar(select(func.count()).select_from(Person)) == 0
    assert people() == 1


@pytest.mark.parametrize("fault", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_whatever_is_raised_rolls_everything_back(fault):
    with pytest.raises(fault), write() as session:
        session.add(someone())
        session.flush()
        raise fault
    assert people() == 0
    with write() as session:
        session.add(someone())
    assert people() == 1


def test_a_write_inside_a_write_is_refused_and_the_first_can_go_on():
    with write() as session:
        session.add(someone("first"))
        with pytest.raises(NestedWrite), write() as inner:
            inner.add(someone("second"))
    assert db.session.scalars(select(Person.given_name)).all() == ["first"]


def test_what_was_read_before_is_not_saved():
    with write() as session:
        session.add(someone("before"))
    stale = db.session.scalars(select(Person)).one()
    stale.given_name = "changed while reading"
    with write() as session:
        assert stale not in session
        assert session.scalars(select(Person)).one().given_name == "before"
    assert db.session.scalars(select(Person.given_name)).one() == "before"


def test_after_the_commit_callbacks_are_called_once_each_and_see_the_rows():
    seen = []

    def look():
        with db.engines[None].connect() as elsewhere:
            seen.append(elsewhere.scalar(select(func.count()).select_from(Person)))

    with write() as session:
        session.add(someone())
        after_commit(session, look)
        after_commit(session, look)
        assert seen == []
    assert seen == [1]
    with write() as session:
        session.add(someone())
    assert seen == [1]


def test_after_a_rollback_callbacks_are_forgotten():
    called = []
    with pytest.raises(RuntimeError), write() as session:
        after_commit(session, lambda: called.append("rolled back"))
        raise RuntimeError
    with write() as session:
        session.add(someone())
    assert called == []


def test_a_callback_may_open_a_write_of_its_own():
    def another():
        with write() as session:
            session.add(someone("second"))

    with write() as session:
        session.add(someone("first"))
        after_commit(session, another)
    assert people() == 2


def test_foreign_keys_are_checked():
    with pytest.raises(DBAPIError), write() as session:
        session.add(Person(created_at=now(), quartier_id=404))
    assert people() == 0


def test_a_lock_reads_the_row_afresh():
    with write() as session:
        session.add(someone())
    with write() as session:
        person = session.scalars(select(Person)).one()
        session.execute(text("UPDATE civic_person SET given_name = 'told elsewhere'"))
        assert lock(session, Person, person.id).given_name == "told elsewhere"
        assert lock(session, Person, 404) is None
