# SPDX-License-Identifier: AGPL-3.0-or-later
"""Comments: one level of replies, withdrawn by their author, hidden with a reason, counted, read in two queries."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.comments.models import Comment
from civic.comments.queries import thread_page
from civic.comments.services import MAX_LENGTH, hide_comment, withdraw_comment, write_comment
from civic.db.session import db, write
from civic.items.counts import live_counts
from civic.items.models import Item
from civic.journal.models import JournalEntry, JournalText
from civic.people.actors import actor_of_account
from civic.people.models import Person, RoleGrant
from civic.permissions.actor import VISITOR
from civic.permissions.decision import Denied, Missing, Refused
from civic.spaces.workflow import PROCESS, PROCESS_POLICY
from civic.testing.factories import grant_role, make_account, make_item
from civic.workflow.engine import Lifecycle
from tests.databases import both_databases
from tests.queries import queries

pytestmark = both_databases
CYCLE = Lifecycle("civic.process", PROCESS, PROCESS_POLICY)


@pytest.fixture
def place(app):
    """An open write with an item, someone who writes, someone else, a moderator."""
    with app.app_context(), write() as session:
        people = [make_account(session, at=now()) for _ in range(3)]
        grant_role(session, people[2], "moderator", at=now())
        item = make_item(session, CYCLE, at=now(), visible=True)
        yield session, item, *(actor_of_account(session, one.id, second_factor=True) for one in people)


def test_a_comment_needs_someone_a_text_and_a_measure(place):
    session, item, someone, _other, _moderator = place
    with pytest.raises(Denied):
        write_comment(session, VISITOR, item, "Oui", now())
    for text in ("", "  \n ", "x" * (MAX_LENGTH + 1)):
        with pytest.raises(Missing) as refused:
            write_comment(session, someone, item, text, now())
        assert "body" in refused.value.fields


def test_replies_have_one_level_and_answer_what_stands_on_the_same_item(place):
    session, item, someone, other, moderator = place
    first = write_comment(session, someone, item, "Un banc", now())
    reply = write_comment(session, other, item, "Deux", now(), parent_id=first.id)
    elsewhere = make_item(session, CYCLE, at=now())
    for target, parent in ((item, reply.id), (elsewhere, first.id), (item, 999_999)):
        with pytest.raises(Refused):
            write_comment(session, someone, target, "Non", now(), parent_id=parent)
    hide_comment(session, moderator, first, "Insulte", now())
    with pytest.raises(Refused):
        write_comment(session, someone, item, "Trop tard", now(), parent_id=first.id)


def test_withdrawing_empties_the_text_keeps_the_place_and_is_for_its_author(place):
    session, item, someone, other, _moderator = place
    comment = write_comment(session, someone, item, "À retirer", now())
    with pytest.raises(Denied):
        withdraw_comment(session, other, comment, now())
    withdraw_comment(session, someone, comment, now())
    withdraw_comment(session, someone, comment, now())
    assert session.get_one(Comment, comment.id).body == ""
    assert live_counts(session, session.get_one(Item, item.id)).comment == 0


def test_hiding_takes_a_moderator_a_reason_and_a_line_in_the_journal(place):
    session, item, someone, other, moderator = place
    comment = write_comment(session, someone, item, "Secret <b>", now())
    with pytest.raises(Denied):
        hide_comment(session, other, comment, "Motif", now())
    with pytest.raises(Missing):
        hide_comment(session, moderator, comment, "  ", now())
    hide_comment(session, moderator, comment, "Met en cause un voisin", now())
    with pytest.raises(Refused):
        hide_comment(session, moderator, comment, "Encore", now())
    entry = session.scalars(select(JournalEntry).where(JournalEntry.subject_kind == "civic.comment")).one()
    assert (entry.act, entry.role) == ("hide", "moderator")
    assert session.get_one(JournalText, entry.uid).text == "Met en cause un voisin"
    [row] = thread_page(session, item.id).rows
    assert (row.body, row.hidden_reason) == ("", "Met en cause un voisin")
    assert live_counts(session, item).comment == 0


def test_a_discussion_is_read_in_two_queries_and_its_pages_lose_nothing(app):
    with app.app_context(), write() as session:
        accounts = [make_account(session, at=now()) for _ in range(2)]
        someone, other = (actor_of_account(session, one.id) for one in accounts)
        item = make_item(session, CYCLE, at=now(), visible=True)
        ids = [write_comment(session, someone, item, f"Avis {n}", now()).id for n in range(7)]
        for parent in ids[:3]:
            write_comment(session, other, item, "Réponse", now(), parent_id=parent)
        item_id = item.id
    seen, cursor = [], ""
    while True:
        with app.app_context(), queries(app) as sent:
            page = thread_page(db.session(), item_id, after=cursor, size=3)
        assert len(sent) == 2
        seen += [row.id for row in page.rows]
        if page.next is None:
            break
        cursor = page.next
    assert seen == ids
    with app.app_context():
        assert [len(row.replies) for row in thread_page(db.session(), item_id, size=3).rows] == [1, 1, 1]


def test_whoever_speaks_for_the_town_says_so_and_a_resident_does_not(app):
    with app.app_context(), write() as session:
        titled, untitled, resident, former = (make_account(session, at=now()) for _ in range(4))
        for account in (titled, untitled, former):
            granted = grant_role(session, account, "moderator", at=now() - timedelta(days=2))
        granted.ended_at = now() - timedelta(days=1)
        grant_role(session, titled, "clerk", at=now() - timedelta(days=1))
        titled.title = "service <b>citoyenneté"
        item = make_item(session, CYCLE, at=now(), visible=True)
        writers = [actor_of_account(session, one.id) for one in (titled, untitled, resident, former)]
        first = write_comment(session, writers[0], item, "Un", now())
        for actor in writers[1:]:
            write_comment(session, actor, item, "Deux", now(), parent_id=first.id)
        names = [actor.name for actor in writers]
        item_id, person_id, account_id = item.id, titled.person_id, untitled.id
    with app.test_request_context():
        with queries(app) as sent:
            [row] = thread_page(db.session(), item_id).rows
            found = [row.signature, *(reply.signature for reply in row.replies)]
        assert len(sent) == 2
        assert found == [f"{names[0]}, service <b>citoyenneté", f"{names[1]}, Modérateur ou modératrice", *names[2:]]
        with write() as session:
            session.get_one(Person, person_id).display_name = ""
            for grant in session.scalars(select(RoleGrant).where(RoleGrant.account_id == account_id)):
                grant.ended_at = now()
        [row] = thread_page(db.session(), item_id).rows
        assert [row.signature, row.replies[0].signature] == ["", f"{names[1]}, Modérateur ou modératrice"]
