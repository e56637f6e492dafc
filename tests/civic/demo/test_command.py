# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic demo`: called again without harm, and the known password kept on loopback."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from civic.cli import civic
from civic.clock import now
from civic.db.session import db, write
from civic.demo.accounts import PASSWORD, shown_accounts
from civic.demo.loading import mark_of
from civic.people.models import Account, Person
from civic.people.passwords import account_by_password
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state


def test_it_loads_once_and_says_so_again(run_command, app: Flask) -> None:
    run_command("demo", "--check", code=1)
    assert "is loaded" in run_command("demo").output
    assert "already there" in run_command("demo").output
    assert "already there" in run_command("demo", "--if-empty").output
    run_command("demo", "--check")
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Person)) == 83


def test_an_instance_that_knows_people_is_kept(run_command, app: Flask) -> None:
    with app.app_context(), write() as session:
        session.add(Person(display_name="Zoé", created_at=now()))
    assert "kept as it is" in run_command("demo", code=2).output
    assert "kept as it is" in run_command("demo", "--if-empty").output
    run_command("demo", "--check", code=1)


def test_each_shown_account_signs_in_with_the_known_password(run_command, app: Flask) -> None:
    run_command("demo")
    with app.app_context():
        for shown in shown_accounts():
            assert account_by_password(db.session(), shown.email, PASSWORD) is not None, shown.email


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_the_known_password_is_not_served_beyond_loopback(run_command, instance, host: str) -> None:
    run_command("demo")
    refused = CliRunner().invoke(civic, ["--instance", str(instance), "serve", "--host", host, "--port", "8000"])
    assert refused.exit_code == 2
    assert "civic demo --without-passwords" in refused.output


def test_a_public_address_gives_no_password(instance, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIC_BASE_URL", "https://participer.rive.example")
    loaded = CliRunner().invoke(civic, ["--instance", str(instance), "demo"], catch_exceptions=False)
    assert loaded.exit_code == 0
    with app.app_context():
        assert db.session().scalar(select(func.count()).where(Account.password_hash.is_not(None))) == 0
        assert not mark_of(db.session()).shared_password
        assert portal_state(db.session()).settings(PORTAL_SCOPE, PortalSettings).staff_second_factor


def test_the_known_password_is_taken_back(run_command, app: Flask) -> None:
    run_command("demo")
    with app.app_context(), write() as session:
        session.scalars(select(Account).order_by(Account.id)).first().password_hash = "$argon2id$of-their-own"
    assert "taken from 68 accounts" in run_command("demo", "--without-passwords").output
    with app.app_context():
        assert db.session().scalar(select(func.count()).where(Account.password_hash.is_not(None))) == 1
        assert not mark_of(db.session()).shared_password
        assert portal_state(db.session()).settings(PORTAL_SCOPE, PortalSettings).staff_second_factor
