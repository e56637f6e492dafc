# SPDX-License-Identifier: AGPL-3.0-or-later
"""A connection the server closed while nobody used it is replaced before a request meets it."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from civic.db import liveness
from civic.db.session import db

pytestmark = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)


@pytest.fixture(autouse=True)
def _at_work(app):
    with app.app_context():
        yield


def ask():
    try:
        return db.session.scalar(text("select pg_backend_pid()"))
    finally:
        db.session.remove()


def kill(pid):
    """End a backend as a restart of the server does, from outside the product's pool."""
    address = db.engines["writer"].url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as outside:
        assert outside.execute("select pg_terminate_backend(%s, 5000)", [pid]).fetchone() == (True,)


def test_a_connection_that_slept_is_tried_and_replaced(monkeypatch):
    monkeypatch.setattr(liveness, "TRUSTED_FOR", 0.0)
    first = ask()
    assert ask() == first
    kill(first)
    assert ask() != first


def test_a_connection_just_used_is_trusted_and_fails_once_only():
    first = ask()
    kill(first)
    with pytest.raises(OperationalError):
        ask()
    assert ask() != first
