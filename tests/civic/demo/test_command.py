# SPDX-License-Identifier: AGPL-3.0-or-later
"""`civic demo`: called again without harm, and the known password kept on loopback."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from civic.app import create_app
from civic.cli import civic
from civic.clock import now
from civic.db.session import db, write
from civic.demo.loading import mark_of
from civic.people.models import Account, Person
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state
from tests.conftest import close


def test_what_is_loaded_is_said_and_not_loaded_again(town) -> None:
    """The town of this test was loaded by the command itself."""

    def demo(*options: str) -> str:
        done = CliRunner().invoke(civic, ["--instance", str(town), "demo", *options], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    assert "already there" in demo()
    assert "already there" in demo("--if-empty")
    demo("--check")
    app = create_app(town)
    with app.app_context():
        assert db.session().scalar(select(func.count()).select_from(Person)) == 83
    close(app)


def test_an_instance_that_knows_people_is_kept(run_command, app: Flask) -> None:
    with app.app_context(), write() as session:
        session.add(Person(display_name="Zoé", created_at=now()))
    assert "kept as it is" in run_command("demo", code=2).output
    assert "kept as it is" in run_command("demo", "--if-empty").output
    run_command("demo", "--check", code=1)


def test_a_public_address_gives_no_password(run_command, instance, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIVIC_BASE_URL", "https://participer.rive.example")
    run_command("demo", "--check", code=1)
    loaded = CliRunner().invoke(civic, ["--instance", str(instance), "demo"], catch_exceptions=False)
    assert loaded.exit_code == 0
    assert "is loaded" in loaded.output
    run_command("demo", "--check")
    with app.app_context():
        assert db.session().scalar(select(func.count()).where(Account.password_hash.is_not(None))) == 0
        assert not mark_of(db.session()).shared_password
        assert portal_state(db.session()).settings(PORTAL_SCOPE, PortalSettings).staff_second_factor
