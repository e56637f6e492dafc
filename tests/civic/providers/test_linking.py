# SPDX-License-Identifier: AGPL-3.0-or-later
"""One person, several ways in: linking, who was known from the counter, joining, removing a way."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

import civic.account.guard
from civic.clock import now
from civic.db.session import db
from civic.journal.models import JournalEntry
from civic.people.identity import CIVIL, SAID, CivilIdentity
from civic.people.linked import LinkedIdentity
from civic.people.models import Account, Person, PersonIdentifier
from civic.people.presence import NOT_SHOWN, ShownIdentity, register_present
from civic.people.verification import Proof, verify_residence, verify_upload
from civic.permissions.decision import Missing
from civic.spaces.services import add_members
from civic.supports.models import Support
from civic.testing.factories import make_process
from tests.civic.people.making import actor_for, make_account, make_item, make_staff, writing
from tests.civic.people.signing_in import Clock, mails
from tests.civic.providers.conftest import Traveller
from tests.databases import both_databases
from tests.servers.oidc import Person as Neighbour

ANGELA = CivilIdentity("Dubois", "Angéla Claire Louise", date(1962, 8, 24))
MARIE = "marie@rive.example"


def person_of(app, account_id: int) -> int:
    with app.app_context():
        return db.session.get(Account, account_id).person_id


def living(app) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Person).where(Person.merged_into_id.is_(None)))


def flashed(answer, browser) -> str:
    return browser.get(answer.location).text


@pytest.fixture
def marie(app, angela) -> Traveller:
    """Someone signed in by code."""
    angela.sign_in(MARIE)
    return angela


@both_databases
def test_who_is_known_from_the_counter_is_the_same_person(app, angela):
    with writing(app) as session:
        helper = actor_for(session, make_staff(session, "clerk"))
        shown = ShownIdentity("DUBOIS", "Angela, Claire, Louise", date(1962, 8, 24), "card")
        known = register_present(session, helper, shown, now()).person.id
    page = flashed(angela.enter(), angela)
    assert "La commune vous connaissait déjà" in page
    with app.app_context():
        [link] = db.session.scalars(select(LinkedIdentity))
        assert db.session.get(Account, link.account_id).person_id == known
    assert living(app) == 2


@both_databases
def test_acts_entered_by_telephone_under_this_identity_are_theirs(app, angela):
    with writing(app) as session:
        helper = actor_for(session, make_staff(session, "clerk"))
        shown = ShownIdentity("Dubois", "Angela Claire Louise", date(1962, 8, 24), NOT_SHOWN)
        known = register_present(session, helper, shown, now()).person.id
    angela.enter()
    with app.app_context():
        held = db.session.execute(
            select(PersonIdentifier.scheme).where(PersonIdentifier.person_id == known).order_by(PersonIdentifier.id)
        ).scalars()
        assert set(held) == {CIVIL, "provider"}
        assert db.session.scalar(select(PersonIdentifier.id).where(PersonIdentifier.scheme == SAID)) is None


@both_databases
def test_residence_verified_at_the_counter_counts_for_the_account_of_the_provider(app, angela):
    """The two accounts are one person: a support counts once, and the address of the other one is told."""
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk"))
        account = make_account(session, "Angela Dubois", email=MARIE)
        proof = Proof("bill", now().date() - timedelta(days=10))
        verify_residence(session, clerk, account.person_id, proof, ANGELA, at=now())
        known = account.person_id
    angela.enter()
    with app.app_context():
        assert {one.person_id for one in db.session.scalars(select(Account).where(Account.email.in_(["", MARIE])))} == {
            known
        }
        assert db.session.get(Person, known).level == "residence"
    assert [mail["subject"].split(" ")[0] for mail in mails(app, MARIE)] == ["FranceConnect"]


def test_identity_proves_neither_residence_nor_the_roll(app, angela):
    angela.enter()
    with app.app_context():
        assert db.session.scalars(select(Person.level)).one() == "email"


@both_databases
def test_a_signed_in_person_adds_a_way_in(app, marie):
    answer = marie.link()
    assert answer.location == "/account/security"
    assert "Vous pouvez maintenant vous identifier avec FranceConnect" in flashed(answer, marie)
    other = Traveller(app)
    other.enter()
    assert MARIE in other.get("/account").text
    assert living(app) == 1
    assert [mail["to"] for mail in mails(app)][-1] == MARIE
    with app.app_context():
        acts = set(db.session.scalars(select(JournalEntry.act)))
        assert {"link_identity", "prove_identity"} <= acts


def test_adding_a_way_asks_first_for_a_proof(app, marie, monkeypatch):
    clock = Clock(monkeypatch, (civic.account.guard,))
    clock.forward(minutes=20)
    answer = marie.get("/account/identities/franceconnect/new")
    assert answer.status_code == 303
    assert answer.location.startswith("/account/confirm?next=/account/identities/franceconnect/new")
    assert Traveller(app).get("/account/identities/franceconnect/new").location.startswith("/sign-in")


def test_nobody_can_add_their_own_identity_to_somebody_else_s_account(app, marie):
    """The way to add one begins on a page that its owner reads; another browser's way ends nothing here."""
    attacker = Traveller(app)
    attacker.sign_in("mallory@rive.example")
    page = attacker.get("/account/identities/franceconnect/new").text
    url = page.split('href="http://127.0.0.1:')[1].split('"')[0].replace("&amp;", "&")
    back = attacker.there.authorize(f"http://127.0.0.1:{url}", "pierre")
    assert marie.come_back(back).location == "/account"  # nothing was begun here: one's own space, unchanged
    assert "FranceConnect" not in marie.get("/account/my-data.json").text
    attacker.send("/sign-out", page="/account")
    assert "/failed/over" in attacker.come_back(back).location


@both_databases
def test_an_identity_that_opens_another_account_joins_both_with_notice(app, marie):
    first = Traveller(app)
    first.enter()
    with writing(app) as session:
        both = {account.email: account.person_id for account in session.scalars(select(Account))}
        item = make_item(session, state="studied")
        for person_id in both.values():
            session.add(Support(item_id=item.id, person_id=person_id, at=now()))
    page = flashed(marie.link(), marie)
    assert "les deux fiches n’en font plus qu’une" in page
    assert living(app) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Support)) == 1
    again = Traveller(app)
    again.enter()
    assert MARIE in again.get("/account").text


@both_databases
def test_who_was_verified_as_somebody_else_is_not_joined(app, marie):
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk"))
        account = session.scalars(select(Account).where(Account.email == MARIE)).one()
        other = CivilIdentity("Durand", "Marie", date(1970, 1, 2))
        verify_residence(session, clerk, account.person_id, Proof("bill", now().date()), other, at=now())
    answer = marie.link()
    assert "/failed/other_identity" in answer.location
    assert "deux personnes différentes" in flashed(answer, marie)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(LinkedIdentity)) == 0


@both_databases
def test_who_had_only_written_this_identity_gives_way(app, angela):
    """The claim of a document sent online is no proof of who sent it: it joins nothing, and loses what it gave."""
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk"))
        liar = make_account(session, "Mallory", email=MARIE).person_id
        proof = Proof("bill", now().date() - timedelta(days=10))
        verify_upload(session, clerk, liar, proof, ANGELA, sent_at=now(), at=now())
    angela.enter()
    with app.app_context():
        assert db.session.get(Person, liar).level == "declared"
        [link] = db.session.scalars(select(LinkedIdentity))
        assert db.session.get(Account, link.account_id).person_id != liar


def test_who_had_written_it_themselves_keeps_what_it_gave(app, marie):
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk"))
        account = session.scalars(select(Account).where(Account.email == MARIE)).one()
        proof = Proof("bill", now().date() - timedelta(days=10))
        verify_upload(session, clerk, account.person_id, proof, ANGELA, sent_at=now(), at=now())
        person_id = account.person_id
    marie.link()
    with app.app_context():
        assert db.session.get(Person, person_id).level == "residence"
        held = select(PersonIdentifier.scheme).where(PersonIdentifier.person_id == person_id)
        assert set(db.session.scalars(held)) == {CIVIL, "provider"}


def test_a_way_is_removed_but_never_the_last(app, angela):
    angela.enter()
    page = angela.get("/account/security").text
    assert "FranceConnect" in page
    remove = page.split('action="/account/identities/')[1].split('"')[0]
    refused = angela.send(f"/account/identities/{remove}", page="/account/security")
    assert refused.status_code == 409
    assert "seul moyen" in refused.text
    with writing(app) as session:
        session.scalars(select(Account)).one().email = MARIE
    gone = angela.send(f"/account/identities/{remove}", page="/account/security")
    assert gone.location == "/account/security"
    with app.app_context():
        assert set(db.session.scalars(select(PersonIdentifier.scheme))) == {CIVIL}
    assert [mail["to"] for mail in mails(app)] == [MARIE]
    again = angela.send(f"/account/identities/{remove}", page="/account/security")
    assert again.status_code == 409


def test_somebody_else_s_way_is_not_removed(app, angela):
    angela.enter()
    with app.app_context():
        [link] = db.session.scalars(select(LinkedIdentity.id))
    other = Traveller(app)
    other.sign_in(MARIE)
    assert other.send(f"/account/identities/{link}/remove", page="/account/security").status_code == 409
    assert Traveller(app).get("/account/security").status_code == 303


@both_databases
def test_confirming_at_the_provider_opens_what_asks_for_it(app, angela, monkeypatch):
    angela.enter()
    clock = Clock(monkeypatch, (civic.account.guard,))
    clock.forward(minutes=20)
    asked = angela.get("/account/email")
    page = angela.get(asked.location).text
    assert "Confirmer avec FranceConnect" in page
    assert "M’envoyer un code" not in page
    link = page.split('href="/account/confirm/with/')[1].split('"')[0]
    back = angela.enter(path=f"/account/confirm/with/{link}")
    assert back.location == "/account/email"
    other = angela.come_back(Neighbour().authorize(angela.leave_for("/account/confirm/with/franceconnect"), "pierre"))
    assert "/failed/other_account" in other.location
    assert "Angela D." in angela.get("/account").text


def test_an_account_without_an_address_is_found_under_no_address(app, angela):
    angela.enter()
    with writing(app) as session:
        clerk = actor_for(session, make_staff(session, "clerk"))
        space = make_process(session, at=now(), slug="rue-verte").id
        for nothing in ("", "  "):
            with pytest.raises(Missing):
                add_members(session, clerk, space, nothing, at=now())


def test_a_provider_that_proves_nothing_gives_an_account_and_no_level(app, angela):
    app.extensions["civic.providers"]["autre"].config.__dict__["proves_identity"] = False
    angela.enter(path="/sign-in/with/autre")
    with app.app_context():
        person = db.session.scalars(select(Person)).one()
        assert (person.level, person.given_name, person.birth_year) == ("declared", "Angela", None)
        assert set(db.session.scalars(select(PersonIdentifier.scheme))) == {"provider"}
