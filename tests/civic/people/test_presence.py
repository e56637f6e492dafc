# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone present is found by what their document says, or entered; once, whoever enters them and however often."""

from datetime import date

import pytest
from sqlalchemy import func, select

from civic.db.session import db
from civic.journal.models import JournalEntry
from civic.people.models import Account, Person, PersonIdentifier, Verification
from civic.people.presence import KNOWN, NEW, NOT_SHOWN, ShownIdentity, register_present
from civic.permissions.decision import Missing
from tests.civic.people.making import AT, actor_for, make_staff, writing
from tests.databases import both_databases

ODILE = ShownIdentity("Lambert", "Odile, Marie", date(1942, 12, 9), "card", usage_name="Marchand")


@pytest.fixture
def clerk(app):
    with writing(app) as session:
        return make_staff(session, "clerk").id


def register(app, clerk, shown):
    """What became of it, and the person's id."""
    with writing(app) as session:
        done = register_present(session, actor_for(session, session.get_one(Account, clerk)), shown, AT)
        return done.outcome, done.person.id


@both_databases
def test_someone_unknown_is_entered_and_found_the_next_time(app, clerk):
    first, person = register(app, clerk, ODILE)
    again = register(app, clerk, ShownIdentity("LAMBERT", "ODILE MARIE", date(1942, 12, 9), "passport"))
    assert (first, again) == (NEW, (KNOWN, person))
    with app.app_context():
        kept = db.session.get_one(Person, person)
        assert (kept.given_name, kept.family_name, kept.birth_year, kept.level) == ("Odile", "Marchand", 1942, "email")
        seen = db.session.scalars(select(Verification).where(Verification.person_id == person)).one()
        assert (seen.origin, seen.proof_kind, seen.agent_id, seen.proof_on) == ("identity", "card", clerk, None)
        told = db.session.scalars(select(JournalEntry).where(JournalEntry.act == "register_person")).one()
        assert told.subject_id == person
        assert "Lambert" not in repr(told.details)


@both_databases
def test_a_paper_proves_no_level_and_the_document_seen_later_is_the_same_person(app, clerk):
    paper = ShownIdentity("Lambert", "Odile Marie", date(1942, 12, 9), NOT_SHOWN)
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
        actor = actor_for(session, session.get_one(Account, clerk))
        with pytest.raises(Missing) as error:
            register_present(session, actor, ShownIdentity("", " ", None, "card"), AT)
        assert set(error.value.fields) == {"surname", "first_names", "birth_date"}
        with pytest.raises(Missing) as error:
            register_present(session, actor, ShownIdentity("Lambert", "Odile", AT.date(), "library card"), AT)
        assert set(error.value.fields) == {"document"}
