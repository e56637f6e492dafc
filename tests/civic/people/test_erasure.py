# SPDX-License-Identifier: AGPL-3.0-or-later
"""Erasure: an empty tombstone; nothing says whose it was, and what was counted stays counted."""

from datetime import date

import pytest
from sqlalchemy import func, select, text

from civic.comments.models import Comment
from civic.db.base import Base
from civic.erasure import erasers_of
from civic.events.models import OutboxMessage
from civic.events.outbox import put
from civic.follows.models import Follow
from civic.items.models import CountDelta
from civic.journal.entries import record
from civic.journal.models import JournalText
from civic.people.actors import actor_of_account
from civic.people.erasure import erase_person
from civic.people.identity import CivilIdentity
from civic.people.models import Account, Person, PersonIdentifier, SignInSession, Verification
from civic.people.verification import Proof, verify_residence
from civic.permissions.decision import Refused
from civic.registry import current_registry
from civic.supports.models import Support
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_item, make_staff, writing
from tests.databases import both_databases

WHO = CivilIdentity("Quémeneur", "Rosalie", date(1980, 1, 1))
SECRETS = ("Rosalie", "Quémeneur", "rosalie@rive.example", "Ma phrase intime", "Mon motif intime")


@pytest.fixture
def rosalie(app):
    """An administrator and a resident who did everything; ids of administrator, person, account."""
    with writing(app) as session:
        boss = make_staff(session, "administrator", "Ève")
        account = make_account(session, "Rosalie Q.", email="rosalie@rive.example", totp_secret=b"x", title="Rosalie")
        person = account.person
        person.given_name, person.family_name = "Rosalie", "Quémeneur"
        actor = actor_for(session, boss)
        verify_residence(session, actor, person.id, Proof("bill", TODAY), WHO, at=AT)
        item = make_item(session, number=5, visible=True).id
        opened = {"created_at": AT, "last_seen_at": AT, "expires_at": AT, "device": "Rosalie’s phone"}
        session.add_all(
            [
                Comment(item_id=item, author_id=person.id, body="Ma phrase intime", created_at=AT),
                Support(item_id=item, person_id=person.id, at=AT),
                Follow(item_id=item, account_id=account.id, at=AT),
                SignInSession(token_hash="h", account_id=account.id, **opened),
            ]
        )
        put(session, "mail", {"to": account.email, "subject": "Rosalie", "body": "Ma phrase intime"}, at=AT)
        put(session, "sms", {"person": person.id, "text": "Ma phrase intime", "reference": "r"}, at=AT)
        given_up = put(session, "mail", {"to": account.email, "subject": "", "body": "Rosalie"}, at=AT)
        given_up.failed_at, given_up.error = AT, "550 <rosalie@rive.example> unknown"
        put(session, "mail", {"to": "inès@rive.example", "subject": "", "body": "Une autre"}, at=AT)
        session.flush()
        told = {"kind": "proposals.proposal", "subject_id": item, "at": AT}
        record(session, actor_for(session, account), "withdraw", text="Mon motif intime", **told)
        record(session, actor, "decline", text="Raison de la ville", **told)
        return boss.id, person.id, account.id


def erase(session, boss, person_id):
    actor = actor_for(session, session.get_one(Account, boss))
    erase_person(session, actor, person_id, erasers_of(current_registry()), at=AT)


@both_databases
def test_nothing_in_the_database_says_whose_it_was(app, rosalie):
    boss, person_id, account_id = rosalie
    with writing(app) as session:
        erase(session, boss, person_id)
    with writing(app) as session:
        person = session.get_one(Person, person_id)
        assert (person.given_name, person.display_name, person.birth_year, person.level, person.erased_at) == (
            "",
            "",
            None,
            "declared",
            AT,
        )
        assert session.get_one(Account, account_id).closed_at == AT
        assert actor_of_account(session, account_id) is None
        for model in (PersonIdentifier, Verification, SignInSession, Follow):
            assert session.scalar(select(func.count()).select_from(model)) == 0
        assert session.scalar(select(func.count()).select_from(Support)) == 1
        comment = session.scalars(select(Comment)).one()
        assert (comment.body, comment.withdrawn_at) == ("", AT)
        counted = select(CountDelta.counter, func.sum(CountDelta.amount)).group_by(CountDelta.counter)
        deltas = {counter: amount for counter, amount in session.execute(counted)}  # noqa: C416 - a Row is no pair
        assert deltas == {"comment": -1, "follow": -1}
        assert session.scalars(select(JournalText.text)).all() == ["Raison de la ville"]
        assert "Erased" in [row.payload.get("event") for row in session.scalars(select(OutboxMessage))]
        kinds = select(OutboxMessage.payload, OutboxMessage.done_at, OutboxMessage.failed_at, OutboxMessage.error)
        messages = [
            (bool(one.payload), one.done_at, one.failed_at, one.error)
            for one in session.execute(kinds.where(OutboxMessage.kind.in_(("mail", "sms"))).order_by(OutboxMessage.id))
        ]
        assert messages == [
            (False, AT, None, ""),
            (False, AT, None, ""),
            (False, None, AT, "550 <…> unknown"),
            (True, None, None, ""),
        ]
        everything = dump(session)
    for secret in SECRETS:
        assert secret not in everything


def dump(session) -> str:
    """Every row of every table as text."""
    return "\n".join(
        repr(tuple(row))
        for table in Base.metadata.sorted_tables
        for row in session.execute(text(f'SELECT * FROM "{table.name}"'))
    )


def test_erasing_twice_and_the_last_administrator_are_refused(app, rosalie):
    boss, person_id, _account = rosalie
    with writing(app) as session:
        erase(session, boss, person_id)
        with pytest.raises(Refused):
            erase(session, boss, person_id)
    with app.app_context(), pytest.raises(Refused) as refused, writing(app) as session:
        erase(session, boss, session.get_one(Account, boss).person_id)
    assert refused.value.refusals[0].code == "last_administrator"
    with writing(app) as session:
        assert session.get_one(Account, boss).closed_at is None


def test_an_erased_person_may_come_back_as_someone_new(app, rosalie):
    boss, person_id, _account = rosalie
    with writing(app) as session:
        erase(session, boss, person_id)
        back = make_account(session, "Rosalie", email="rosalie@rive.example").person_id
        actor = actor_for(session, session.get_one(Account, boss))
        done = verify_residence(session, actor, back, Proof("bill", TODAY), WHO, at=AT)
        assert done.person.id == back
        assert done.merged_from is None


def test_a_mail_to_an_address_that_a_family_shares_stays_for_the_others(app, rosalie):
    boss, person_id, _account_id = rosalie
    with writing(app) as session:
        make_account(session, "Yann Q.", email="rosalie@rive.example")
        erase(session, boss, person_id)
        kept = session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail"))
        assert all(message.payload for message in kept)
