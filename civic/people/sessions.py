# SPDX-License-Identifier: AGPL-3.0-or-later
"""Open sessions: made at sign-in with a random token, listed to their owner, ended by the server."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from civic.people.actors import token_hash
from civic.people.models import SignInSession
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused

SEEN_EVERY = timedelta(minutes=5)
RECENT = timedelta(minutes=15)
KEPT = timedelta(days=30)


def open_session(
    session: Session,
    account_id: int,
    *,
    days: float,
    device: str,
    at: datetime,
    second_factor_at: datetime | None = None,
) -> str:
    """Open a session for an account; returns the token of its cookie, of which the database keeps a hash."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=token_hash(token),
            account_id=account_id,
            created_at=at,
            last_seen_at=at,
            expires_at=at + timedelta(days=days),
            second_factor_at=second_factor_at,
            device=device[:120],
        )
    )
    session.flush()
    return token


def open_sessions(session: Session, account_id: int, at: datetime) -> Sequence[SignInSession]:
    """Sessions of an account that are open now, last used first."""
    return session.scalars(
        select(SignInSession)
        .where(SignInSession.account_id == account_id, SignInSession.ended_at.is_(None), SignInSession.expires_at > at)
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    ).all()


def end_session(session: Session, actor: Actor, session_id: int, at: datetime) -> None:
    """End one of the actor's own sessions. Raises Refused when it is not theirs."""
    row = session.get(SignInSession, session_id)
    if row is None or actor.account_id is None or row.account_id != actor.account_id:
        raise Refused(Refusal("no_session", _("This session does not exist any more.")))
    row.ended_at = row.ended_at or at


def end_other_sessions(session: Session, actor: Actor, at: datetime) -> None:
    """End every session of the actor but the present one."""
    session.execute(
        update(SignInSession)
        .where(
            SignInSession.account_id == actor.account_id,
            SignInSession.ended_at.is_(None),
            SignInSession.id != (actor.session_id or 0),
        )
        .values(ended_at=at)
    )


def opened_just_now(session: Session, account_id: int, opened_at: datetime) -> SignInSession | None:
    """The session the account opened at that very moment, while it is open."""
    return session.scalar(
        select(SignInSession).where(
            SignInSession.account_id == account_id,
            SignInSession.created_at == opened_at,
            SignInSession.ended_at.is_(None),
        )
    )


def touch(session: Session, session_id: int, at: datetime) -> None:
    """Note that a session was used; called with each act, written at most every five minutes."""
    session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.last_seen_at < at - SEEN_EVERY)
        .values(last_seen_at=at)
    )


def purge_sessions(session: Session, at: datetime) -> None:
    """Remove sessions that ended or expired over a month ago (run by a schedule)."""
    old = at - KEPT
    session.execute(delete(SignInSession).where(or_(SignInSession.ended_at < old, SignInSession.expires_at < old)))


def is_recent(session: Session, actor: Actor, at: datetime) -> bool:
    """Whether the actor proved who they are within the last quarter of an hour: changes of access ask for it."""
    if actor.session_id is None:
        return False
    made: datetime | None = session.scalar(select(SignInSession.created_at).where(SignInSession.id == actor.session_id))
    return made is not None and made > at - RECENT
