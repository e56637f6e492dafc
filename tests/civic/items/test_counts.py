# SPDX-License-Identifier: AGPL-3.0-or-later
"""Counts: exact at once for whoever looks at the item, folded without touching its version, never twice."""

import threading

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.db.session import db, write
from civic.items.counts import count, fold, live_counts
from civic.items.models import CountDelta, Item, Tag
from civic.items.numbers import give_number
from civic.items.tags import set_tags, tags_of
from civic.spaces.workflow import PROCESS, PROCESS_POLICY
from civic.testing.factories import make_item
from civic.workflow.engine import Lifecycle
from tests.databases import both_databases

pytestmark = both_databases
CYCLE = Lifecycle("civic.process", PROCESS, PROCESS_POLICY)


@pytest.fixture
def item_id(app) -> int:
    with app.app_context(), write() as session:
        return make_item(session, CYCLE, at=now()).id


def test_a_count_is_exact_before_and_after_it_is_folded_and_the_version_stays(app, item_id):
    with app.app_context():
        with write() as session:
            for amount in (1, 1, 1, -1):
                count(session, item_id, "support", amount)
            count(session, item_id, "comment", 1)
        before = live_counts(db.session(), db.session().get_one(Item, item_id))
        with write() as session:
            version = session.get_one(Item, item_id).version
            fold(session, now())
        item = db.session().get_one(Item, item_id, populate_existing=True)
        assert (item.support_count, item.comment_count, item.version) == (2, 1, version)
        assert live_counts(db.session(), item) == before
        assert db.session().scalar(select(func.count()).select_from(CountDelta)) == 0


def test_an_unknown_counter_is_an_error(app, item_id):
    with app.app_context(), write() as session, pytest.raises(KeyError):
        count(session, item_id, "likes", 1)


def test_folding_beside_writers_loses_and_doubles_nothing(app, item_id):
    def act(job) -> None:
        with app.app_context():
            for _ in range(10):
                with write() as session:
                    job(session)
            db.session.remove()

    jobs = [lambda session: count(session, item_id, "support", 1)] * 3 + [lambda session: fold(session, now())] * 2
    threads = [threading.Thread(target=act, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context(), write() as session:
        fold(session, now())
        assert session.get_one(Item, item_id, populate_existing=True).support_count == 30


def test_a_number_is_given_once_and_never_again_to_another(app, item_id):
    with app.app_context(), write() as session:
        item = session.get_one(Item, item_id)
        first = give_number(session, item)
        assert give_number(session, item) == first
        other = make_item(session, CYCLE, at=now())
        assert give_number(session, other) > first


def test_themes_the_town_does_not_have_are_left_out(app, item_id):
    with app.app_context(), write() as session:
        session.add_all([Tag(id=1, slug="eau", name={"fr": "Eau"}), Tag(id=2, slug="sport", name={"fr": "Sport"})])
        session.flush()
        set_tags(session, item_id, [2, 99])
        set_tags(session, item_id, [1, 2, 2])
        assert [tag.slug for tag in tags_of(session, [item_id])[item_id]] == ["eau", "sport"]
