# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this browser holds: its random name while a code is on its way, then its session."""

import secrets
from urllib.parse import urlsplit

from flask import request, session, url_for
from flask_login import login_user, logout_user
from sqlalchemy.orm import Session

from civic.people.devices import device_name
from civic.people.models import Account, SignInSession
from civic.people.sessions import end_session, open_session
from civic.permissions.actor import Actor
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state
from civic.web.actors import SignedIn, session_actor
from civic.web.acts import Act

_BROWSER, _EMAIL, _PROVEN = "browser", "code_email", "code_proven"


def browser_name() -> str:
    """A random text that only this browser holds (in its signed cookie): a code can be typed nowhere else."""
    if _BROWSER not in session:
        session[_BROWSER] = secrets.token_urlsafe(24)
    return str(session[_BROWSER])


def remember_address(email: str) -> None:
    """The address a code was asked for in this browser."""
    session[_EMAIL] = email


def remembered_address() -> str:
    """The address a code was asked for, or empty."""
    return str(session.get(_EMAIL, ""))


def remember_proven(code_id: int) -> None:
    """A code was typed right; which account it opens is still to be chosen."""
    session[_PROVEN] = code_id


def proven_code() -> int:
    """The code that was typed right in this browser; 0 when there is none."""
    return int(session.get(_PROVEN, 0))


def wanted_page() -> str:
    """Where to go afterwards: `next` of the address when it is a path of this site, else empty."""
    return safe_path(request.values.get("next", ""))


def safe_path(text: str) -> str:
    """The text when it is a path of this very site; empty otherwise, so that no link of ours leads elsewhere."""
    odd = "\\" in text or any(ord(character) <= 32 or ord(character) == 127 for character in text)
    if odd or len(text) > 2000 or not text.startswith("/") or text.startswith("//"):
        return ""
    parts = urlsplit(text)
    return "" if parts.scheme or parts.netloc else text


def open_here(done: Act, account: Account) -> str:
    """Open a session for the account in this browser, ending the one it had; returns the new token.

    A confirmation by second factor stays with whoever confirms again who they are. After the commit, call `enter`.
    """
    days = portal_state(done.session).settings(PORTAL_SCOPE, PortalSettings).session_days
    kept = None
    if done.actor.session_id is not None:
        if done.actor.account_id == account.id:
            kept = done.session.get_one(SignInSession, done.actor.session_id).second_factor_at
        end_session(done.session, done.actor, done.actor.session_id, done.at)
    device = device_name(request.user_agent.string)
    return open_session(done.session, account.id, days=days, device=device, at=done.at, second_factor_at=kept)


def enter(database: Session, token: str) -> Actor | None:
    """Give the browser its new session. What its cookie held before is dropped: nobody can have planted it."""
    actor = session_actor(database, token)
    if actor is None:
        return None
    session.clear()
    session.permanent = True
    login_user(SignedIn(token, actor))
    return actor


def leave() -> None:
    """Take everything from the browser's cookie."""
    logout_user()
    session.clear()


def after_sign_in(actor: Actor | None, wanted: str) -> str:
    """Where someone who has just signed in goes: the second factor first where staff need one."""
    if actor is not None and actor.is_staff and not actor.second_factor:
        return url_for("people.second_factor", next=wanted or None)
    if wanted:
        return wanted
    at_the_desk = actor is not None and actor.is_staff
    return url_for("desk.queue" if at_the_desk else "people.account")
