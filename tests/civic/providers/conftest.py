# SPDX-License-Identifier: AGPL-3.0-or-later
"""A portal with one provider, or two, and people's browsers that go there and back."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from civic.app import create_app
from tests.civic.people.signing_in import Browser
from tests.conftest import close
from tests.servers.oidc import Person, Provider, write_tables

OTHER = {"name": "autre", "label": "AutreConnect"}


class Traveller(Browser):
    """Someone's browser, here and at the provider."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)
        self.there = Person()

    def leave_for(self, path: str = "/sign-in/with/franceconnect") -> str:
        """Where the portal sends the browser."""
        answer = self.get(path)
        assert answer.status_code == 303, answer.text
        return answer.location

    def come_back(self, url: str) -> TestResponse:
        """Follow the provider's last redirect."""
        parts = urlsplit(url)
        return self.get(f"{parts.path}?{parts.query}")

    def enter(self, who: str = "angela", path: str = "/sign-in/with/franceconnect") -> TestResponse:
        """There and back."""
        return self.come_back(self.there.authorize(self.leave_for(path), who))

    def link(self, who: str = "angela", provider: str = "franceconnect") -> TestResponse:
        """Add the identity to the account one is signed in with."""
        page = self.get(f"/account/identities/{provider}/new")
        assert page.status_code == 200, page.text
        url = unescape(re.search(r'href="(http://127\.0\.0\.1:\d+/auth[^"]+)"', page.text)[1])
        return self.come_back(self.there.authorize(url, who))


@pytest.fixture
def app(instance: Path, oidc_provider: Provider, other_provider: Provider) -> Iterator[Flask]:
    """The portal of a town that has declared two providers."""
    write_tables(instance, oidc_provider.table(), other_provider.table(**OTHER, help_url=""))
    application = create_app(instance, {"base_url": "http://127.0.0.1"})
    application.testing = True
    yield application
    close(application)


@pytest.fixture
def angela(app: Flask) -> Traveller:
    """A browser."""
    return Traveller(app)
