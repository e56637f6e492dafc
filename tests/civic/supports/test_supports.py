# SPDX-License-Identifier: AGPL-3.0-or-later
"""One person, one support, however it is asked; the same for following."""

import threading

import pytest
from sqlalchemy import func, select

from civic.clock import now
from civic.db.session import db, write
from civic.follows.services import follow, follows, unfollow
from civic.items.counts import live_counts
from civic.items.models import Item
from civic.people.actors import actor_of_account
from civic.permissions.actor import VISITOR
from civic.permissions.decision import Denied
from civic.spaces.workflow import PROCESS, PROCESS_POLICY
from civic.supports.models import Support
from civic.supports.services import add_support, supports, withdraw_support
from civic.testing.factories import make_account, make_item, make_person
from civic.workflow.engine import Lifecycle
from tests.databases import both_databases

pytestmark = both_databases
CYCLE = Lifecycle("civic.process", PROCESS, PROCESS_POLICY)


@pytest.fixture
def made(app) -> tuple[int, int, int]:
    """An item, and two accounts of one person."""
    with app.app_context(), write() as session:
        person = make_person(session, at=now())
        accounts = [make_account(session, at=now(), person=person) for _ in range(2)]
        return make_item(session, CYCLE, at=now()).id, accounts[0].id, accounts[1].id


def counts(item_id: int):
    return live_counts(db.session(), db.session().get_one(Item, item_id, populate_existing=True))


def test_a_person_with_two_accounts_supports_once(app, made):
    item_id, first, second = made
    with app.app_context():
        with write() as session:
            added = [
                add_support(session, actor_of_account(session, account), item_id, now()) for account in (first, second)
            ]
        assert added == [True, False]
        assert counts(item_id).support == 1
        with write() as session:
            actor = actor_of_account(session, second)
            assert supports(session, actor.person_id, [item_id]) == {item_id}
            assert [withdraw_support(session, actor, item_id) for _ in range(2)] == [True, False]
        assert counts(item_id).support == 0


def test_a_visitor_is_sent_to_sign_in(app, made):
    with app.app_context(), write() as session:
        for act in (
            lambda: add_support(session, VISITOR, made[0], now()),
            lambda: withdraw_support(session, VISITOR, made[0]),
            lambda: follow(session, VISITOR, made[0], now()),
            lambda: unfollow(session, VISITOR, made[0]),
        ):
            with pytest.raises(Denied) as refused:
                act()
            assert refused.value.refusals[0].remedy == "sign_in"


def test_following_is_once_per_account_and_ends(app, made):
    item_id, first, second = made
    with app.app_context():
        with write() as session:
            done = [follow(session, actor_of_account(session, one), item_id, now()) for one in (first, first, second)]
        assert done == [True, False, True]
        assert counts(item_id).follow == 2
        with write() as session:
            assert [unfollow(session, actor_of_account(session, first), item_id) for _ in range(2)] == [True, False]
            assert not follows(session, first, item_id)
            assert follows(session, second, item_id)
        assert counts(item_id).follow == 1


def test_many_supports_of_one_person_at_once_are_one(app, made):
    item_id, first, _second = made
    results, barrier = [], threading.Barrier(8)

    def press() -> None:
        with app.app_context():
            barrier.wait()
            with write() as session:
                results.append(add_support(session, actor_of_account(session, first), item_id, now()))
            db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 7 + [True]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Support)) == 1
        assert counts(item_id).support == 1
