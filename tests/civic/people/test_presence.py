# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone present is found by what their document says, or entered; once, whoever enters them and however often."""

from datetime import date

import pytest
from sqlalchemy import func, select

from civic.account.export import personal_data
from civic.db.session import db
from civic.erasure import erasers_of
from civic.journal.models import JournalEntry
from civic.people.doubtful_pairs import DoubtfulPair, count_doubts
from civic.people.erasure import erase_person
from civic.people.identity import CivilIdentity
from civic.people.known_identity import Contact, KnownIdentity, contact_of, identities_of
from civic.people.models import Person, PersonIdentifier, Verification
from civic.people.presence import DOUBTFUL, KNOWN, NEW, NOT_SHOWN, ShownIdentity, register_present
from civic.people.verification import verify_residence
from civic.permissions.decision import Missing, Refused
from civic.registry import current_registry
from tests.civic.people.making import AT, make_account, writing
from tests.civic.people.registering import ODILE, alike, at_once, clerk_actor, make_clerk, register
from tests.civic.people.test_verification import BILL
from tests.databases import both_databases


@pytest.fixture
def clerk(app):
    return make_clerk(app)


@both_databases
def test_someone_unknown_is_entered_and_found_the_next_time(app, clerk):
    first, person = register(app, clerk, ODILE)
    again = register(app, clerk, ShownIdentity("LEFRANC", "ODILE MARIE", date(1942, 12, 9), "passport"))
    assert (first, again) == (NEW, (KNOWN, person))
    with app.app_context():
        kept = db.session.get_one(Person, person)
        assert (kept.given_name, kept.family_name, kept.birth_year, kept.level) == ("Odile", "Marchand", 1942, "email")
        seen = db.session.scalars(select(Verification).where(Verification.person_id == person)).one()
        assert (seen.origin, seen.proof_kind, seen.agent_id, seen.proof_on) == ("identity", "card", clerk, None)
        told = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "register_person")).one()
        assert told.subject_id == person
        assert "Lefranc" not in repr(told.details)


@both_databases
def test_a_paper_proves_no_level_and_the_document_seen_later_is_the_same_person(app, clerk):
    paper = ShownIdentity("Lefranc", "Odile Marie", date(1942, 12, 9), NOT_SHOWN)
    _, person = register(app, clerk, paper)
    with app.app_context():
        assert db.session.get_one(Person, person).level == "declared"
    assert register(app, clerk, ODILE) == (KNOWN, person)
    assert register(app, clerk, paper) == (KNOWN, person)
    with app.app_context():
        assert db.session.get_one(Person, person).level == "email"
        assert db.session.scalar(select(func.count()).select_from(PersonIdentifier)) == 1


def test_what_is_missing_is_named(app, clerk):
    with writing(app) as session:
        actor = clerk_actor(session, clerk)
        with pytest.raises(Missing) as error:
            register_present(session, actor, ShownIdentity("", " ", None, "card"), AT)
        assert set(error.value.fields) == {"surname", "first_names", "birth_date"}
        with pytest.raises(Missing) as error:
            register_present(session, actor, ShownIdentity("Lefranc", "Odile", AT.date(), "library card"), AT)
        assert set(error.value.fields) == {"document"}


SAME_BY_RULE = [
    alike(surname="LEFRANC", first_names="ODILE", usage_name=""),
    alike(first_names="Odile Marie Louise"),
    alike(surname="Odile Marie", first_names="Lefranc", usage_name=""),
    alike(surname="Mme Lefranc", usage_name="Durand"),
]
NEAR = [
    (alike(surname="Lefran"), "spelling"),
    (alike(surname="Marchand", usage_name=""), "usage_name"),
    (alike(first_names="Odile-Anne"), "composed"),
    (alike(birth_date=date(1942, 12, 8)), "one_digit"),
    (alike(birth_date=date(1942, 9, 12)), "day_and_month"),
    (alike(birth_date=date(1942, 1, 1)), "year_only"),
]
OTHERS = [
    alike(birth_date=date(1951, 3, 4)),
    alike(first_names="Jeanne"),
    alike(surname="Dumas", usage_name=""),
]


@both_databases
@pytest.mark.parametrize("document", ["card", NOT_SHOWN])
def test_the_rules_decide_where_the_writing_differs(app, clerk, document):
    _, person = register(app, clerk, alike(document=document))
    for shown in SAME_BY_RULE:
        assert register(app, clerk, shown) == (KNOWN, person), shown
    for shown in OTHERS:
        assert register(app, clerk, shown)[0] == NEW, shown
    with app.app_context():
        assert count_doubts(db.session()) == 0


@both_databases
@pytest.mark.parametrize(("shown", "reason"), NEAR)
def test_who_is_near_is_entered_apart_at_once_and_noted(app, clerk, shown, reason):
    _, person = register(app, clerk, ODILE)
    outcome, other = register(app, clerk, shown)
    assert (outcome, other != person) == (DOUBTFUL, True)
    assert register(app, clerk, shown) == (KNOWN, other)
    with app.app_context():
        pair = db.session.scalars(select(DoubtfulPair)).one()
        assert (pair.low_id, pair.high_id, pair.reason, pair.decision) == (person, other, reason, "")
        assert (pair.found_at, pair.found_by_id) == (AT, clerk)


@both_databases
@pytest.mark.parametrize("second", [ODILE, alike(first_names="ODILE", surname="LEFRANC"), alike(document=NOT_SHOWN)])
def test_two_helpers_who_enter_the_same_person_at_once_enter_one(app, clerk, second):
    found = at_once(*((lambda each=each: register(app, clerk, each)) for each in (ODILE, second, ODILE)))
    assert sorted(outcome for outcome, _ in found) == [KNOWN, KNOWN, NEW]
    assert len({person for _, person in found}) == 1


@both_databases
def test_two_who_are_near_entered_at_once_are_noted_once(app, clerk):
    found = at_once(
        lambda: register(app, clerk, ODILE), lambda: register(app, clerk, alike(birth_date=date(1942, 12, 8)))
    )
    assert sorted(outcome for outcome, _ in found) == [DOUBTFUL, NEW]
    with app.app_context():
        assert count_doubts(db.session()) == 1


@both_databases
def test_what_is_kept_is_sealed_and_opens_for_letters(app, clerk):
    shown = alike(address="3 rue des Lilas\n12345 Rive", email="odile@rive.example")
    _, person = register(app, clerk, shown)
    register(app, clerk, alike(surname="LEFRANC", usage_name="", address="", email=""))
    with app.app_context():
        session = db.session()
        row = session.scalars(select(KnownIdentity)).first()
        assert b"Lefranc" not in row.sealed
        assert b"Lilas" not in row.sealed
        assert contact_of(session, person) == Contact(shown.address, shown.email)
        assert {(one.identity.surname, one.identity.usage_name) for one in identities_of(session, person)} == {
            ("LEFRANC", "Marchand")
        }


@both_databases
def test_someone_with_an_account_is_found_by_their_verified_identity(app, clerk):
    with writing(app) as session:
        account = make_account(session, "Odile M.")
        who = CivilIdentity("Lefranc", "Odile Marie", ODILE.birth_date)
        verify_residence(session, clerk_actor(session, clerk), account.person_id, BILL, who, at=AT)
        person = account.person_id
    assert register(app, clerk, alike(first_names="Odile")) == (KNOWN, person)


@both_databases
def test_an_account_verified_later_under_another_writing_becomes_the_person_known_before(app, clerk):
    _, person = register(app, clerk, ODILE)
    with writing(app) as session:
        account = make_account(session, "Odile M.")
        who = CivilIdentity("LEFRANC", "Odile", ODILE.birth_date)
        done = verify_residence(session, clerk_actor(session, clerk), account.person_id, BILL, who, at=AT)
        assert (done.person.id, done.merged_from is not None) == (person, True)
        assert account.person_id == person


@both_databases
def test_a_verified_account_whose_names_are_near_is_noted_and_verified(app, clerk):
    _, person = register(app, clerk, ODILE)
    with writing(app) as session:
        account = make_account(session, "Odile L.")
        who = CivilIdentity("Lefrand", "Odile Marie", ODILE.birth_date)
        done = verify_residence(session, clerk_actor(session, clerk), account.person_id, BILL, who, at=AT)
        assert (done.level, done.merged_from) == ("residence", None)
        pair = session.scalars(select(DoubtfulPair)).one()
        assert {pair.low_id, pair.high_id} == {person, account.person_id}


def test_an_identity_that_contradicts_the_one_seen_before_is_refused(app, clerk):
    _, person = register(app, clerk, ODILE)
    with writing(app) as session:
        actor = clerk_actor(session, clerk)
        with pytest.raises(Refused) as error:
            verify_residence(session, actor, person, BILL, CivilIdentity("Lefranc", "Jeanne", ODILE.birth_date), at=AT)
        assert error.value.refusals[0].code == "other_identity"
        again = CivilIdentity("Lefranc", "Odile", ODILE.birth_date)
        assert verify_residence(session, actor, person, BILL, again, at=AT).person.id == person


@both_databases
def test_the_person_takes_their_data_away_and_has_it_erased(app, clerk):
    _, person = register(app, clerk, alike(address="3 rue des Lilas"))
    register(app, clerk, alike(birth_date=date(1942, 12, 8)))
    with app.app_context():
        data = personal_data(db.session(), current_registry(), person, AT)
    (identity,) = data["identities"]
    assert (identity["surname"], identity["birth_date"], identity["address"]) == (
        "Lefranc",
        "1942-12-09",
        "3 rue des Lilas",
    )
    assert [doubt["reason"] for doubt in data["compared"]] == ["one_digit"]
    with writing(app) as session:
        erase_person(session, clerk_actor(session, clerk), person, erasers_of(current_registry()), at=AT)
    with app.app_context():
        session = db.session()
        assert identities_of(session, person) == []
        assert session.scalar(select(func.count()).select_from(KnownIdentity)) == 1
        assert session.scalar(select(func.count()).select_from(DoubtfulPair)) == 0


@both_databases
def test_the_constraint_decides_where_the_lock_is_missing(app, clerk, monkeypatch):
    monkeypatch.setattr("civic.people.presence.one_at_a_time", lambda session: None)
    monkeypatch.setattr("civic.people.recognition.one_at_a_time", lambda session: None)
    found = at_once(*[lambda: register(app, clerk, ODILE)] * 4)
    told = [error.refusals[0].code for error in found if isinstance(error, Refused)]
    entered = {each[1] for each in found if isinstance(each, tuple)}
    assert set(told) <= {"verified_meanwhile"}
    assert len(told) + sum(isinstance(each, tuple) for each in found) == 4
    assert len(entered) == 1
    with app.app_context():
        assert db.session.scalar(select(func.count()).where(Person.birth_year == 1942)) == 1
