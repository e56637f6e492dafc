# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person at a browser without script: opens pages, fills forms, reads the mail."""

import re
from datetime import datetime, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import civic.clock
from civic.db.session import db, write
from civic.events.models import OutboxMessage
from civic.permissions.actor import SYSTEM
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import save_settings

_TOKENS = {
    "csrf_token": re.compile(r'name="csrf_token" value="([^"]+)"'),
    "once": re.compile(r'name="once" value="([^"]+)"'),
}


class Browser:
    """One browser with its cookies."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client: FlaskClient = app.test_client()

    def get(self, path: str):
        return self.client.get(path)

    def tokens(self, path: str) -> dict[str, str]:
        page = self.client.get(path).text
        return {name: found[1] for name, pattern in _TOKENS.items() if (found := pattern.search(page))}

    def send(self, path: str, form: dict | None = None, *, page: str | None = None, tokens=None):
        """Send a form with the tokens of the page it stands on."""
        return self.client.post(path, data={**(tokens or self.tokens(page or path)), **(form or {})})

    def ask_code(self, email: str, path: str = "/sign-in"):
        return self.send(path, {"email": email})

    def sign_in(self, email: str, path: str = "/sign-in"):
        """The whole way by code; returns the last answer."""
        asked = self.ask_code(email, path)
        assert asked.status_code == 303, asked.text
        return self.send(asked.location, {"code": last_code(self.app, email.strip().lower())})

    @property
    def is_signed_in(self) -> bool:
        return self.get("/account").status_code == 200


def mails(app: Flask, to: str | None = None) -> list[dict]:
    with app.app_context():
        rows = db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == "mail").order_by(OutboxMessage.id))
        found = [row.payload for row in rows]
        db.session.remove()
    return [mail for mail in found if to is None or mail["to"] == to]


def last_code(app: Flask, email: str) -> str:
    return re.search(r"\b\d{6}\b", mails(app, email)[-1]["body"])[0]


def last_link(app: Flask, email: str) -> str:
    return re.search(r"http://127\.0\.0\.1(/\S+)", mails(app, email)[-1]["body"])[1]


def other_code(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def set_town(app: Flask, at: datetime, **values) -> None:
    with app.app_context(), write() as session:
        save_settings(session, SYSTEM, PORTAL_SCOPE, PortalSettings(**values), at)


class Clock:
    """Moves the present moment of every face that has asked for it by name."""

    def __init__(self, monkeypatch, modules: tuple) -> None:
        self.offset = timedelta()
        real = civic.clock.now
        for module in modules:
            monkeypatch.setattr(module, "now", lambda: real() + self.offset)

    def forward(self, **span: float) -> None:
        self.offset += timedelta(**span)
