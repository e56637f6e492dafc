# SPDX-License-Identifier: AGPL-3.0-or-later
"""The age is asked where an account is made, and another setting makes others minors, or none."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from civic.clock import now
from civic.people.actors import actor_of_account
from civic.people.identity import CivilIdentity
from civic.people.jobs import forget_minors
from civic.people.minor import Minor
from civic.people.minors import (
    anniversary,
    minor_of,
    month_is_asked,
    reached_on,
    record_authorisation,
    say_age,
)
from civic.people.models import Account, Person
from civic.people.profile import Profile, change_profile
from civic.people.pseudonyms import is_pseudonym
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.people.verification import Proof, verify_residence
from civic.permissions.actor import SYSTEM
from civic.settings.store import save_settings
from tests.civic.people.making import AT, actor_for, make_account, make_staff, writing
from tests.civic.people.signing_in import Browser, last_code, last_link
from tests.databases import both_databases

pytestmark = both_databases
EMAIL = "lucas@ville.example"
SEEN = CivilIdentity("Martin", "Lucas", date(2013, 9, 20))


@pytest.fixture
def place(app):
    """An open write and a young person's account."""
    with writing(app) as session:
        account = make_account(session, "Lucas M.")
        account.person.given_name, account.person.family_name = "Lucas", "Martin"
        yield session, account


def set_age(session, age: int) -> None:
    save_settings(session, SYSTEM, PEOPLE_SCOPE, PeopleSettings(minor_age=age), AT)


def is_minor(session, account, at=AT) -> bool:
    return actor_for(session, account).is_minor(at)


def by_code(browser: Browser, **form: str):
    """Sign in by code, with more than the code on its form."""
    asked = browser.ask_code(EMAIL)
    return browser.send(asked.location, {"code": last_code(browser.app, EMAIL), **form})


def minors(app) -> list[tuple[date, bool]]:
    with writing(app) as session:
        return [(one.of_age_on, month_is_asked(one)) for one in session.scalars(select(Minor))]


def test_ticked_where_the_account_is_made_it_holds_at_once_and_the_month_follows(app):
    browser, today = Browser(app), now().date()
    asked = browser.ask_code(EMAIL)
    assert 'name="under_age"' in browser.get(asked.location).text
    answer = browser.send(asked.location, {"code": last_code(app, EMAIL), "under_age": "y"})
    assert answer.location.endswith("/account/authorisation")
    [(day, waits)] = minors(app)
    assert waits and abs((day - anniversary(today, 15)).days) <= 1
    with writing(app) as session:
        account = session.scalars(select(Account).where(Account.email == EMAIL)).one()
        assert actor_of_account(session, account.id).needs_parent(now())
    page = browser.get("/account/authorisation").text
    assert 'name="month"' in page and "paper" not in page
    browser.send("/account/authorisation", {"month": "3", "year": str(today.year - 10)})
    assert minors(app) == [(date(today.year + 5, 4, 1), False)]
    assert 'id="paper"' in browser.get("/account/authorisation").text


def test_ticked_by_mistake_it_is_lifted_by_the_month(app):
    browser = Browser(app)
    by_code(browser, under_age="y")
    browser.send("/account/authorisation", {"month": "3", "year": "1944"})
    assert minors(app) == []


def test_left_empty_nothing_is_kept_and_one_goes_on(app):
    browser = Browser(app)
    assert by_code(browser).status_code == 303
    assert minors(app) == []
    with writing(app) as session:
        assert session.scalars(select(Person.birth_year)).all() == [None]


def test_whoever_has_an_account_is_led_to_the_page_and_loses_nothing(app):
    by_code(Browser(app))
    again = by_code(Browser(app), under_age="y")
    assert again.location.endswith("/account/authorisation")
    assert minors(app) == []


def test_the_link_asks_too(app):
    browser = Browser(app)
    browser.ask_code(EMAIL)
    path = last_link(app, EMAIL)
    assert browser.send(path, {"under_age": "y"}).location.endswith("/account/authorisation")
    assert len(minors(app)) == 1


def test_a_town_that_sets_no_age_asks_nothing(app):
    with writing(app) as session:
        set_age(session, 0)
    browser = Browser(app)
    asked = browser.ask_code(EMAIL)
    assert "under_age" not in browser.get(asked.location).text
    by_code(browser, under_age="y")
    assert minors(app) == []


def test_another_age_moves_the_day_of_those_who_are_known(place):
    session, account = place
    minor = say_age(session, actor_for(session, account), 2013, 9, AT)
    assert minor.of_age_on == date(2028, 10, 1)
    set_age(session, 13)
    assert is_minor(session, account) == (date(2026, 10, 1) > AT.date())
    set_age(session, 16)
    assert is_minor(session, account)
    assert minor.of_age_on == date(2028, 10, 1), "the row follows with the job"
    forget_minors(session, AT)
    assert (minor.of_age_on, minor.age) == (date(2029, 10, 1), 16)
    set_age(session, 12)
    assert not is_minor(session, account)
    forget_minors(session, AT)
    assert minor_of(session, account.person_id) is None, "nobody has signed: nothing is lost"


def test_a_lower_age_keeps_what_a_parent_signed_until_the_age_it_was_asked_for(place):
    session, account = place
    minor = say_age(session, actor_for(session, account), 2013, 9, AT)
    clerk = actor_for(session, make_staff(session, "clerk", "Nadia Rahmani"))
    record_authorisation(
        session, clerk, minor.id, guardian="Anne Martin", signed_on=AT.date(), reference="Boîte 4", at=AT
    )
    for lower in (0, 12):
        set_age(session, lower)
        forget_minors(session, AT)
        assert not is_minor(session, account)
        verify_residence(session, clerk, account.person_id, Proof("bill", AT.date()), SEEN, at=AT)
        named = Profile("Lucas", "Martin", "Lucas M.")
        change_profile(session, actor_for(session, account), named, "full", AT)
        assert account.person.display_name == "Lucas M.", "no pseudonym is asked of who is of age"
        assert reached_on(session, minor.of_age_on, minor.age) == date(2025 if lower else 2028, 9, 20)
    set_age(session, 15)
    forget_minors(session, AT)
    assert is_minor(session, account)
    assert not actor_for(session, account).needs_parent(AT), "nobody is asked twice"
    assert is_pseudonym(account.person.display_name, "Lucas", "Martin")
    assert (minor.of_age_on, minor.guardian) == (date(2028, 9, 20), "Anne Martin")
    set_age(session, 12)
    forget_minors(session, datetime(2028, 9, 21, tzinfo=UTC))
    assert minor_of(session, account.person_id) is None


def test_no_age_keeps_the_rows_for_the_day_one_is_set_again(place):
    session, account = place
    say_age(session, actor_for(session, account), 2013, 9, AT)
    set_age(session, 0)
    assert not is_minor(session, account)
    forget_minors(session, AT)
    set_age(session, 15)
    assert is_minor(session, account)


def test_a_higher_age_makes_minors_of_those_whose_year_says_so(place):
    session, account = place
    other = make_account(session, "Zoé Petit")
    account.person.birth_year, other.person.birth_year = AT.year - 14, AT.year - 16
    set_age(session, 13)
    forget_minors(session, AT)
    assert minor_of(session, account.person_id) is None
    set_age(session, 15)
    forget_minors(session, AT)
    assert minor_of(session, account.person_id).of_age_on == date(AT.year + 2, 1, 1)
    assert is_minor(session, account)
    assert is_pseudonym(account.person.display_name, "Lucas", "Martin")
    assert minor_of(session, other.person_id) is None
