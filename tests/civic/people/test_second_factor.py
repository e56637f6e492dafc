# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second factor of staff: enrolled once, each code serving once, wrong ones limited, reset by a colleague."""

import re

import pyotp
import pytest
from sqlalchemy import select

import civic.web.actors
import civic.web.acts
from civic.clock import now
from civic.db.session import db
from civic.journal.models import JournalEntry
from civic.people.actors import SECOND_FACTOR_LASTS
from civic.people.limits import TRY_SECOND_FACTOR
from civic.people.models import Account
from civic.people.second_factor import reset_second_factor
from civic.permissions.decision import Denied, Refused
from tests.civic.people.making import actor_for, make_staff, writing
from tests.civic.people.signing_in import Browser, Clock, set_town
from tests.databases import both_databases


@pytest.fixture
def clerk(app):
    with writing(app) as session:
        account = make_staff(session, "clerk")
        account.email = "agnes@rive.example"
        return account.id, account.email


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch, (civic.web.actors, civic.web.acts))


def is_confirmed(app, browser):
    with browser.client:
        browser.get("/account")
        return civic.web.actors.current_actor().second_factor


def enrol(browser, email):
    """Sign in and add a telephone; its secret."""
    asked = browser.sign_in(email)
    assert asked.location.startswith("/sign-in/second-factor")
    page = browser.get("/sign-in/second-factor/new")
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)[1].replace(" ", "")
    done = browser.send("/sign-in/second-factor/new?next=/account", {"code": pyotp.TOTP(secret).now()})
    assert (done.status_code, done.location) == (303, "/account")
    return secret


@both_databases
def test_staff_enrol_and_confirm_and_a_code_serves_once(app, clerk, clock):
    _account_id, email = clerk
    browser = Browser(app)
    secret = enrol(browser, email)
    assert is_confirmed(app, browser)
    second = Browser(app)
    second.sign_in(email)
    assert not is_confirmed(app, second)
    with app.app_context():
        step = db.session.scalars(select(Account.totp_used_step)).one()
    used = pyotp.TOTP(secret).generate_otp(step)
    refused = second.send("/sign-in/second-factor", {"code": used})
    assert refused.status_code == 422, "the code of the enrolment served a second time"
    clock.forward(seconds=30)
    fresh = pyotp.TOTP(secret).at(now().timestamp() + clock.offset.total_seconds())
    assert second.send("/sign-in/second-factor?next=/account/data", {"code": fresh}).location == "/account/data"
    assert is_confirmed(app, second)
    third = Browser(app)
    third.sign_in(email)
    assert third.send("/sign-in/second-factor", {"code": fresh}).status_code == 422


def test_a_confirmation_lasts_a_working_day(app, clerk, clock):
    browser = Browser(app)
    enrol(browser, clerk[1])
    clock.forward(seconds=SECOND_FACTOR_LASTS.total_seconds() + 1)
    assert not is_confirmed(app, browser)
    assert browser.is_signed_in


def test_wrong_codes_are_limited(app, clerk):
    first = Browser(app)
    secret = enrol(first, clerk[1])
    second = Browser(app)
    second.sign_in(clerk[1])
    for _ in range(TRY_SECOND_FACTOR.per_subject.amount):
        assert second.send("/sign-in/second-factor", {"code": "000000"}).status_code == 422
    assert second.send("/sign-in/second-factor", {"code": pyotp.TOTP(secret).now()}).status_code == 422
    assert not is_confirmed(app, second)


def test_right_codes_cost_no_try(app, clerk, clock):
    first = Browser(app)
    secret = enrol(first, clerk[1])
    for _ in range(TRY_SECOND_FACTOR.per_subject.amount + 1):
        clock.forward(seconds=30)
        browser = Browser(app)
        browser.sign_in(clerk[1])
        fresh = pyotp.TOTP(secret).at(now().timestamp() + clock.offset.total_seconds())
        assert browser.send("/sign-in/second-factor", {"code": fresh}).status_code == 303


def test_the_secret_is_not_readable_in_the_database(app, clerk):
    secret = enrol(Browser(app), clerk[1])
    with app.app_context():
        kept = db.session.scalars(select(Account.totp_secret)).one()
    assert secret.encode() not in kept
    assert len(kept) > len(secret)


def test_a_second_telephone_does_not_replace_the_first(app, clerk):
    browser = Browser(app)
    enrol(browser, clerk[1])
    assert browser.get("/sign-in/second-factor/new").status_code == 303


@both_databases
def test_an_administrator_resets_a_colleague_and_the_journal_says_so(app, clerk):
    account_id, email = clerk
    browser = Browser(app)
    enrol(browser, email)
    with writing(app) as session:
        administrator = actor_for(session, make_staff(session, "administrator"))
        own = actor_for(session, session.get_one(Account, account_id))
        with pytest.raises(Denied):
            reset_second_factor(session, own, account_id, now())
        with pytest.raises(Refused):
            reset_second_factor(session, administrator, administrator.account_id, now())
        reset_second_factor(session, administrator, account_id, now())
    assert not is_confirmed(app, browser)
    assert browser.get("/sign-in/second-factor").location.startswith("/sign-in/second-factor/new")
    with app.app_context():
        acts = db.session.scalars(select(JournalEntry.act).where(JournalEntry.subject_id == account_id)).all()
    assert "reset_second_factor" in acts


def test_where_the_town_asks_for_none_staff_count_as_confirmed(app, clerk):
    set_town(app, now(), staff_second_factor=False)
    browser = Browser(app)
    assert not browser.sign_in(clerk[1]).location.startswith("/sign-in/second-factor")
    assert is_confirmed(app, browser)


def test_residents_are_never_asked(app):
    browser = Browser(app)
    assert browser.sign_in("marie@rive.example").location == "/account"
    assert browser.get("/sign-in/second-factor").status_code == 303
    assert not is_confirmed(app, browser)
