# SPDX-License-Identifier: AGPL-3.0-or-later
"""The known password of a demonstration town: it signs in, on loopback only, and can be taken back."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from civic.cli import civic
from civic.db.session import db, write
from civic.demo.accounts import PASSWORD, shown_accounts
from civic.demo.loading import mark_of
from civic.people.models import Account
from civic.people.passwords import account_by_password
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state


@pytest.fixture
def instance(town: Path) -> Path:
    """An instance where the town is loaded."""
    return town


def test_each_shown_account_signs_in_with_the_known_password(app: Flask) -> None:
    with app.app_context():
        for shown in shown_accounts():
            assert account_by_password(db.session(), shown.email, PASSWORD) is not None, shown.email


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7"])
def test_the_known_password_is_not_served_beyond_loopback(instance: Path, host: str) -> None:
    refused = CliRunner().invoke(civic, ["--instance", str(instance), "serve", "--host", host, "--port", "8000"])
    assert refused.exit_code == 2
    assert "civic demo --without-passwords" in refused.output


def test_the_known_password_is_taken_back(run_command, app: Flask) -> None:
    with app.app_context(), write() as session:
        session.scalars(select(Account).order_by(Account.id)).first().password_hash = "$argon2id$of-their-own"
    assert "taken from 68 accounts" in run_command("demo", "--without-passwords").output
    with app.app_context():
        assert db.session().scalar(select(func.count()).where(Account.password_hash.is_not(None))) == 1
        assert not mark_of(db.session()).shared_password
        assert portal_state(db.session()).settings(PORTAL_SCOPE, PortalSettings).staff_second_factor
