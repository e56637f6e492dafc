# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is asking: Flask-Login over sessions that the server lists and can end."""

import secrets
from dataclasses import replace

from flask import Flask, g, request
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy.orm import Session

from civic.clock import now
from civic.db.session import db
from civic.people.actors import actor_of_session
from civic.people.limits import Limit, current_limits
from civic.people.sessions import touch
from civic.permissions.actor import VISITOR, Actor
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """What Flask-Login keeps for a request: the actor and the session's random token."""

    def __init__(self, token: str, actor: Actor) -> None:
        self.token = token
        self.actor = actor

    def get_id(self) -> str:
        """The token: the cookie holds nothing else about the account."""
        return self.token


def init_actors(app: Flask) -> None:
    """Set Flask-Login up."""
    manager = LoginManager(app)
    manager.session_protection = (
        None  # sessions are ended by the server; an address that changes is a train, not a thief
    )

    @manager.user_loader  # type: ignore[untyped-decorator]  # Flask-Login has no types
    def _load(token: str) -> SignedIn | None:
        actor = session_actor(db.session(), token)
        return SignedIn(token, actor) if actor is not None else None


def session_actor(session: Session, token: str) -> Actor | None:
    """The actor behind a session's token. Where the town asks staff for no second factor, they count as confirmed."""
    actor = actor_of_session(session, token, now())
    if actor is None or not actor.is_staff or actor.second_factor:
        return actor
    asked = portal_state(session).settings(PORTAL_SCOPE, PortalSettings).staff_second_factor
    return actor if asked else replace(actor, second_factor=True)


def request_id() -> str:
    """A random name for this request, in the journal and in the logs."""
    if "civic_request_id" not in g:
        g.civic_request_id = secrets.token_hex(8)
    return str(g.civic_request_id)


def current_actor() -> Actor:
    """The actor of this request, as read at its beginning; inside a write use `act()`, which reads it again."""
    if current_user.is_authenticated:
        actor: Actor = current_user.actor
        return replace(actor, request_id=request_id())
    return replace(VISITOR, request_id=request_id())


def reload_actor(session: Session) -> Actor:
    """The actor read again inside an open write: a role ended meanwhile no longer counts. Notes the session as used."""
    if not current_user.is_authenticated:
        return replace(VISITOR, request_id=request_id())
    actor = session_actor(session, current_user.token)
    if actor is not None and actor.session_id is not None:
        touch(session, actor.session_id, now())
    return replace(actor or VISITOR, request_id=request_id())


def count_try(limit: Limit) -> None:
    """Count one try of this request's account and address. Raises TooMany, which the form shows."""
    current_limits().require(limit, address=client_address(), subject=str(current_actor().account_id or ""))


def client_address() -> str:
    """Address of the client, for rate limits only; never stored."""
    return request.remote_addr or ""
