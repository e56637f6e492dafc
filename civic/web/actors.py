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
from civic.permissions.actor import VISITOR, Actor


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
        actor = actor_of_session(db.session(), token, now())
        return SignedIn(token, actor) if actor is not None else None


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
    """The actor read again inside an open write: a role ended meanwhile no longer counts."""
    if not current_user.is_authenticated:
        return replace(VISITOR, request_id=request_id())
    actor = actor_of_session(session, current_user.token, now())
    return replace(actor or VISITOR, request_id=request_id())


def client_address() -> str:
    """Address of the client, for rate limits only; never stored."""
    return request.remote_addr or ""
