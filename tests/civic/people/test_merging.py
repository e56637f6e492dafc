# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two accounts of one person: joined after proof, counted once, never two people into one."""

import pytest
from sqlalchemy import func, select

from civic.comments.models import Comment
from civic.db.session import db
from civic.events.models import OutboxMessage
from civic.follows.models import Follow
from civic.items.models import CountDelta, Item
from civic.journal.models import JournalEntry
from civic.people.merging import merge_persons
from civic.people.models import Account, Person, PersonIdentifier, Verification
from civic.permissions.decision import Refused
from civic.spaces.models import Space, SpaceMember
from civic.supports.models import Support
from civic.workflow.guarding import state_may_change
from tests.civic.people.making import AT, actor_for, make_account, writing
from tests.civic.people.signing_in import Browser, last_code, mails
from tests.databases import both_databases

HERE, OTHER = "marie@rive.example", "marie.durand@rive.example"


def make_item(session, author_id=None):
    with state_may_change():
        item = Item(
            kind="proposals.proposal",
            title={"fr": "Un banc"},
            state="submitted",
            state_at=AT,
            author_id=author_id,
            created_at=AT,
        )
    session.add(item)
    session.flush()
    return item


def support(session, item, *person_ids):
    session.add_all(Support(item_id=item.id, person_id=one, at=AT) for one in person_ids)
    session.flush()


@pytest.fixture
def two(app):
    """Two accounts, (account, person) each."""
    with writing(app) as session:
        made = [make_account(session, "Marie D.", HERE), make_account(session, "", OTHER)]
        return [(account.id, account.person_id) for account in made]


@both_databases
def test_everything_of_one_person_becomes_the_others(app, two):
    (account, person), (other_account, other_person) = two
    with writing(app) as session:
        alone, both = make_item(session, other_person), make_item(session)
        support(session, alone, other_person)
        support(session, both, person, other_person)
        session.add(Comment(item_id=both.id, author_id=other_person, body="Oui", created_at=AT))
        session.add_all(Follow(item_id=both.id, account_id=one, at=AT) for one in (account, other_account))
        session.add(PersonIdentifier(person_id=other_person, scheme="provider", hash="a" * 64))
        session.add(Verification(person_id=other_person, level="residence", origin="desk", at=AT))
        session.add(Space(id=both.id, kind="body", slug="conseil"))
        session.flush()
        session.add_all(SpaceMember(space_id=both.id, person_id=one) for one in (person, other_person))
        session.flush()
        actor = actor_for(session, session.get_one(Account, account))
        merged = merge_persons(session, actor, other_person, person, AT)
        assert (merged.double_supports, merged.double_follows) == (1, 1)
    with app.app_context():
        session = db.session()
        assert set(session.scalars(select(Support.person_id))) == {person}
        assert session.scalar(select(func.count()).select_from(Support)) == 2
        deltas = {(row.counter, row.amount) for row in session.scalars(select(CountDelta))}
        assert deltas == {("support", -1), ("follow", -1)}
        assert session.scalars(select(Item.author_id).where(Item.author_id.is_not(None))).one() == person
        assert session.scalars(select(Comment.author_id)).one() == person
        assert session.scalars(select(PersonIdentifier.person_id)).one() == person
        assert session.scalars(select(SpaceMember.person_id)).one() == person
        assert set(session.scalars(select(Account.person_id))) == {person}
        assert session.get(Person, person).level == "residence"
        gone = session.get(Person, other_person)
        assert (gone.merged_into_id, gone.given_name, gone.display_name) == (person, "", "")
        events = [row.payload["event"] for row in session.scalars(select(OutboxMessage)) if row.kind == "event"]
        assert events == ["PersonsMerged"]
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "merge_persons")).one()
        assert entry.details == {"from": other_person, "double_supports": 1}


def test_two_civil_identities_are_two_people(app, two):
    (account, person), (_other, other_person) = two
    with writing(app) as session:
        for one, digit in ((person, "a"), (other_person, "b")):
            session.add(PersonIdentifier(person_id=one, scheme="civil", hash=digit * 64))
        session.flush()
        actor = actor_for(session, session.get_one(Account, account))
        with pytest.raises(Refused) as error:
            merge_persons(session, actor, other_person, person, AT)
    assert error.value.refusals[0].code == "two_identities"


def test_a_person_is_merged_once_and_never_with_itself(app, two):
    (account, person), (_other, other_person) = two
    with writing(app) as session:
        actor = actor_for(session, session.get_one(Account, account))
        with pytest.raises(Refused):
            merge_persons(session, actor, person, person, AT)
        merge_persons(session, actor, other_person, person, AT)
        with pytest.raises(Refused):
            merge_persons(session, actor, other_person, person, AT)


@both_databases
def test_the_whole_way_asks_for_a_code_of_the_other_address(app, two):
    (_account, person), (other_account, other_person) = two
    with writing(app) as session:
        support(session, make_item(session), person, other_person)
    browser = Browser(app)
    browser.sign_in(HERE)
    asked = browser.send("/account/merge", {"email": OTHER})
    assert asked.location == "/account/merge/code"
    assert browser.send(asked.location, {"code": "000000"}).status_code in (303, 422)
    proven = browser.send(asked.location, {"code": last_code(app, OTHER)})
    assert proven.location == "/account/merge/account"
    done = browser.send(proven.location, {"account": str(other_account)})
    assert done.location == "/account"
    assert "1" in browser.get("/account").text
    with app.app_context():
        assert set(db.session.scalars(select(Account.person_id))) == {person}
        assert db.session.scalars(select(Support.person_id)).one() == person


def test_without_the_code_nothing_is_merged(app, two):
    browser = Browser(app)
    browser.sign_in(HERE)
    browser.send("/account/merge", {"email": OTHER})
    assert browser.get("/account/merge/account").location == "/account/merge"
    thief = Browser(app)
    thief.sign_in("zoe@rive.example")
    thief.send("/account/merge", {"email": OTHER})
    assert len(mails(app, OTHER)) == 2
    with app.app_context():
        assert len(set(db.session.scalars(select(Account.person_id)))) == 3
