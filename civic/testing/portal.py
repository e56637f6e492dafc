# SPDX-License-Identifier: AGPL-3.0-or-later
"""A portal under test, and browsers without script that visit it."""

import re
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from civic.clock import now
from civic.db.session import db, write
from civic.people.actors import actor_of_account
from civic.people.models import Account
from civic.permissions.actor import SYSTEM, Actor
from civic.registry import current_registry
from civic.spaces.switching import switch
from civic.testing.factories import grant_role, make_account, open_session

_HIDDEN = re.compile(
    r'<input(?=[^>]* type="hidden")(?=[^>]* name="(csrf_token|once|version)")(?=[^>]* value="([^"]*)")[^>]*>'
)


class Browser:
    """Someone's browser: sends forms with the hidden fields of the page they stand on."""

    def __init__(self, client: FlaskClient, actor: Actor) -> None:
        self.client = client
        self.actor = actor

    def get(self, address: str, **options: Any) -> TestResponse:
        """Read a page."""
        return self.client.get(address, **options)

    def send(self, address: str, *, page: str = "", **fields: Any) -> TestResponse:
        """Send a form found on `page` (by default at the address it is sent to)."""
        # The page's own form comes last, after those of its frame: its values win.
        hidden = dict(_HIDDEN.findall(self.client.get(page or address).text))
        return self.client.post(address, data=hidden | fields)


class PortalUnderTest:
    """An application with a migrated database of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def switch_on(self, module: str) -> None:
        """As an administrator does at the desk."""
        self._switch(module, is_on=True)

    def switch_off(self, module: str) -> None:
        """As an administrator does at the desk."""
        self._switch(module, is_on=False)

    def _switch(self, module: str, *, is_on: bool) -> None:
        """In a write of its own."""
        with self.app.app_context(), write() as session:
            switch(session, SYSTEM, current_registry().modules[module], is_on=is_on, languages=("fr", "en"), at=now())

    def actor(self, role: str = "resident", *, second_factor: bool = True, **scope: Any) -> Actor:
        """A new account with a granted role (`resident`: none), as it acts."""
        with self.app.app_context(), write() as session:
            account = make_account(session, at=now())
            if role != "resident":
                grant_role(session, account, role, at=now(), **scope)
            actor = actor_of_account(session, account.id, second_factor=second_factor)
            assert actor is not None
            return actor

    def browser(self, role: str = "", *, second_factor: bool = True, **scope: Any) -> Browser:
        """A visitor's browser, or that of a new account signed in with this role."""
        if not role:
            return Browser(self.app.test_client(), Actor())
        return self.browser_of(self.actor(role, second_factor=second_factor, **scope), second_factor=second_factor)

    def browser_of(self, actor: Actor, *, second_factor: bool = True) -> Browser:
        """The browser of an account, signed in."""
        client = self.app.test_client()
        at = now()
        with self.app.app_context(), write() as session:
            account = session.get_one(Account, actor.account_id)
            token = open_session(
                session, account, at=at, expires_at=at + timedelta(days=1), second_factor=second_factor
            )
        with client.session_transaction() as cookie:
            cookie["_user_id"] = token
        return Browser(client, actor)

    def close(self) -> None:
        """Give the connections back."""
        with self.app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()
