# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two clerks at once: one act stands, the other clerk is told, whatever the database."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from civic.db.session import db, write
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.people.actors import actor_of_account
from civic.permissions.decision import Refused, StaleVersion
from civic.testing.factories import make_account
from civic.workflow.engine import perform, start
from tests.civic.workflow.toy import AT, CLERK, CYCLE, toy
from tests.databases import both_databases


@both_databases
@pytest.mark.parametrize("version", [2, None])
def test_the_second_of_eight_clerks_is_told(app, version):
    with app.app_context(), write() as session:
        author = actor_of_account(session, make_account(session, at=AT).id)
        item = start(session, CYCLE, author, toy(author.person_id), AT)
        perform(session, CYCLE, author, item, "submit", at=AT)
        item_id = item.id

    outcomes = []
    ready = Barrier(8)

    def clerk_acts():
        with app.app_context():
            ready.wait(10)
            try:
                with write() as session:
                    perform(session, CYCLE, CLERK, session.get_one(Item, item_id), "finish", at=AT, version=version)
                outcomes.append("done")
            except Refused as refused:
                outcomes.append(type(refused).__name__)
            except BaseException as error:
                outcomes.append(repr(error))

    clerks = [Thread(target=clerk_acts) for _ in range(8)]
    for clerk in clerks:
        clerk.start()
    for clerk in clerks:
        clerk.join(60)

    told = (StaleVersion if version else Refused).__name__
    assert sorted(outcomes) == sorted(["done", *[told] * 7])
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(JournalEntry.act == "finish")) == 1
        assert db.session.get(Item, item_id).version == 3
