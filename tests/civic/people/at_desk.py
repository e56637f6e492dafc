# SPDX-License-Identifier: AGPL-3.0-or-later
"""A colleague at the desk, signed in with the second factor confirmed."""

import secrets
from datetime import timedelta

from flask import Flask

from civic.clock import now
from civic.people.actors import token_hash
from civic.people.models import SignInSession
from tests.civic.people.making import make_staff, writing
from tests.civic.people.signing_in import Browser


def at_desk(app: Flask, role: str, name: str = "Agnès L’Hôte", **scope) -> Browser:
    """A new colleague with the role, at a browser without script; `.account_id` says who."""
    with writing(app) as session:
        account_id = make_staff(session, role, name, **scope).id
    return sit_down(app, account_id)


def sit_down(app: Flask, account_id: int, *, confirmed: bool = True) -> Browser:
    """Someone's browser with an open session."""
    token = secrets.token_urlsafe(24)
    with writing(app) as session:
        at = now()
        session.add(
            SignInSession(
                token_hash=token_hash(token),
                account_id=account_id,
                created_at=at,
                last_seen_at=at,
                expires_at=at + timedelta(days=1),
                second_factor_at=at if confirmed else None,
            )
        )
    browser = Browser(app)
    with browser.client.session_transaction() as kept:
        kept["_user_id"], kept["_fresh"] = token, True
    browser.account_id = account_id
    return browser
