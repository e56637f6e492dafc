# SPDX-License-Identifier: AGPL-3.0-or-later
"""A row that may stand already: told on both databases, with a key of its own or not."""

from datetime import UTC, datetime

from civic.db.insertion import insert_once
from civic.db.session import write
from civic.follows.models import Follow
from civic.spaces.services import ensure_root
from civic.supports.models import Support
from civic.testing.factories import make_account
from tests.databases import both_databases

AT = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


@both_databases
def test_the_first_insertion_is_told_from_the_second(app):
    with app.app_context(), write() as session:
        account, item = make_account(session, at=AT), ensure_root(session, AT).id
        follow = {"item_id": item, "account_id": account.id, "at": AT}
        support = {"item_id": item, "person_id": account.person_id, "channel": "web", "at": AT}
        assert [insert_once(session, Follow, **follow) for _time in range(2)] == [True, False]
        assert [insert_once(session, Support, **support) for _time in range(2)] == [True, False]
