# SPDX-License-Identifier: AGPL-3.0-or-later
"""The counter: the date rule, what is kept, one identity one person, the roll."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from civic.journal.models import JournalEntry, JournalText
from civic.people.identity import CivilIdentity, roll_number_hash
from civic.people.levels import level_at, lower_expired
from civic.people.models import Account, Person, PersonIdentifier, RollEntry, Verification
from civic.people.verification import Proof, add_months, verify_on_list, verify_residence
from civic.permissions.decision import Missing, Refused
from tests.civic.people.making import AT, TODAY, actor_for, make_account, make_staff, writing
from tests.databases import both_databases

WHO = CivilIdentity("Le Goff", "Éloïse Marie", date(1980, 5, 31))
BILL = Proof("bill", TODAY - timedelta(days=30))


@pytest.fixture
def counter(app):
    """A clerk and a resident's person, by id."""
    with writing(app) as session:
        return make_staff(session, "clerk").id, make_account(session, "Éloïse").person_id


def clerk_of(session, counter):
    return actor_for(session, session.get_one(Account, counter[0]))


@both_databases
def test_a_verified_residence_keeps_kind_date_and_agent_and_raises_the_level(app, counter):
    with writing(app) as session:
        done = verify_residence(session, clerk_of(session, counter), counter[1], BILL, WHO, at=AT)
        assert (done.person.id, done.level, done.merged_from) == (counter[1], "residence", None)
        kept = session.scalars(select(Verification).where(Verification.person_id == counter[1])).one()
        assert (kept.proof_kind, kept.proof_on, kept.agent_id, kept.origin) == (
            "bill",
            BILL.issued_on,
            counter[0],
            "desk",
        )
        assert done.person.birth_year == 1980
        entry = session.scalars(select(JournalEntry).where(JournalEntry.act == "verify_residence")).one()
        told = repr(entry.details) + "".join(session.scalars(select(JournalText.text)))
        assert "Goff" not in told
        assert "1980" not in told


@pytest.mark.parametrize(
    ("issued", "accepted"),
    [
        (TODAY, True),
        (TODAY + timedelta(days=1), False),
        (add_months(TODAY, -12) + timedelta(days=1), True),
        (add_months(TODAY, -12), False),
    ],
)
def test_the_proof_must_be_under_twelve_months_and_not_of_tomorrow(app, counter, issued, accepted):
    with writing(app) as session:
        if accepted:
            assert (
                verify_residence(
                    session, clerk_of(session, counter), counter[1], Proof("tax", issued), WHO, at=AT
                ).level
                == "residence"
            )
            return
        with pytest.raises(Missing) as refused:
            verify_residence(session, clerk_of(session, counter), counter[1], Proof("tax", issued), WHO, at=AT)
        assert set(refused.value.fields) == {"proof_on"}
        assert session.scalars(select(PersonIdentifier)).all() == []


def test_an_unknown_kind_of_document_is_refused(app, counter):
    with writing(app) as session, pytest.raises(Missing):
        verify_residence(session, clerk_of(session, counter), counter[1], Proof("passport photo", TODAY), WHO, at=AT)


def test_a_verified_residence_expires(app, counter):
    with writing(app) as session:
        done = verify_residence(session, clerk_of(session, counter), counter[1], BILL, WHO, at=AT)
        later = AT + timedelta(days=1100)
        assert level_at(session, done.person, AT + timedelta(days=1090)) == "residence"
        assert level_at(session, done.person, later) == "declared"
        assert done.person.level == "residence"
        assert lower_expired(session, later) == 1
        assert done.person.level == "declared"
        assert lower_expired(session, later) == 0


@both_databases
def test_a_known_identity_makes_one_person_of_two_rows(app, counter):
    with writing(app) as session:
        actor = clerk_of(session, counter)
        first = verify_residence(session, actor, counter[1], BILL, WHO, at=AT).person.id
        second = make_account(session, "Éloïse bis")
        same = CivilIdentity("LE GOFF", "Eloise-Marie", WHO.birth_date)
        done = verify_residence(session, actor, second.person_id, BILL, same, at=AT)
        assert done.person.id == first
        assert done.merged_from is not None
        assert session.get_one(Person, done.merged_from).merged_into_id == first
        assert session.get_one(Account, second.id).person_id == first
        with pytest.raises(Refused):
            verify_residence(session, actor, done.merged_from, BILL, same, at=AT)


def test_two_people_of_one_name_stay_two(app, counter):
    with writing(app) as session:
        actor = clerk_of(session, counter)
        verify_residence(session, actor, counter[1], BILL, WHO, at=AT)
        other = make_account(session, "Éloïse Le Goff").person_id
        done = verify_residence(
            session, actor, other, BILL, CivilIdentity(WHO.surname, WHO.first_names, date(1991, 1, 2)), at=AT
        )
        assert done.person.id == other
        assert done.merged_from is None


def test_another_identity_on_the_same_account_is_refused(app, counter):
    with writing(app) as session:
        actor = clerk_of(session, counter)
        verify_residence(session, actor, counter[1], BILL, WHO, at=AT)
        with pytest.raises(Refused) as refused:
            verify_residence(
                session, actor, counter[1], BILL, CivilIdentity("Le Goff", "Yann", date(1979, 1, 1)), at=AT
            )
        assert refused.value.refusals[0].code == "other_identity"


def enter(session, number, identity, list_name="roll"):
    session.add(
        RollEntry(
            list_name=list_name,
            number_hash=roll_number_hash(list_name, number),
            civil_hash=identity.hash,
            imported_at=AT,
        )
    )
    session.flush()


@both_databases
def test_the_roll_is_matched_by_identity(app, counter):
    with writing(app) as session:
        enter(session, "0012", WHO)
        done = verify_on_list(session, clerk_of(session, counter), counter[1], WHO, at=AT)
        assert done.level == "roll"
        kept = session.scalars(select(PersonIdentifier.scheme).where(PersonIdentifier.person_id == counter[1])).all()
        assert sorted(kept) == ["civil", "roll"]


def test_alike_lines_need_the_number_and_a_wrong_number_is_refused(app, counter):
    stranger = CivilIdentity("Autre", "Paul", date(1950, 1, 1))
    with writing(app) as session:
        actor = clerk_of(session, counter)
        with pytest.raises(Refused):
            verify_on_list(session, actor, counter[1], WHO, at=AT)
        enter(session, "12", WHO)
        enter(session, "13", WHO)
        enter(session, "99", stranger)
        for number in ("", "99", "1000"):
            with pytest.raises(Missing) as refused:
                verify_on_list(session, actor, counter[1], WHO, number=number, at=AT)
            assert set(refused.value.fields) == {"number"}
        assert verify_on_list(session, actor, counter[1], WHO, number="013", at=AT).level == "roll"


def test_a_number_alone_serves_when_a_first_name_is_missing_from_the_list_and_once_only(app, counter):
    with writing(app) as session:
        actor = clerk_of(session, counter)
        enter(session, "12", CivilIdentity("Le Goff", "Éloïse", WHO.birth_date))
        assert verify_on_list(session, actor, counter[1], WHO, number="12", at=AT).level == "roll"
        other = make_account(session, "Autre").person_id
        with pytest.raises(Refused) as refused:
            verify_on_list(session, actor, other, CivilIdentity("Autre", "Luc", WHO.birth_date), number="12", at=AT)
        assert refused.value.refusals[0].code == "line_taken"


def test_the_towns_own_list_proves_residence_only(app, counter):
    with writing(app) as session:
        enter(session, "12", WHO, "residents")
        assert (
            verify_on_list(session, clerk_of(session, counter), counter[1], WHO, list_name="residents", at=AT).level
            == "residence"
        )


def test_months_stop_at_the_end_of_short_ones():
    assert add_months(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2026, 3, 15), -12) == date(2025, 3, 15)
    assert add_months(date(2026, 12, 1), 1) == date(2027, 1, 1)


@both_databases
def test_two_counters_that_verify_one_identity_at_once_end_with_one_person(app, counter):
    with writing(app) as session:
        other = make_account(session, "Éloïse ailleurs").person_id
    start, outcomes = threading.Barrier(2), []

    def verify(person_id):
        start.wait()
        try:
            with writing(app) as session:
                verify_residence(session, clerk_of(session, counter), person_id, BILL, WHO, at=AT)
            outcomes.append("done")
        except Refused:
            outcomes.append("told")

    threads = [threading.Thread(target=verify, args=(person,)) for person in (counter[1], other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 2
    with writing(app) as session:
        if "told" in outcomes:
            for person in (counter[1], other):
                if session.get_one(Person, person).level == "declared":
                    verify_residence(session, clerk_of(session, counter), person, BILL, WHO, at=AT)
        assert len(session.scalars(select(PersonIdentifier).where(PersonIdentifier.scheme == "civil")).all()) == 1
        assert len(session.scalars(select(Person).where(Person.level == "residence")).all()) == 1
