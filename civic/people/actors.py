# SPDX-License-Identifier: AGPL-3.0-or-later
"""Loading who acts, in one query: session, account, person, roles."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from civic.people.models import Account, Person, RoleGrant, SignInSession
from civic.permissions.actor import Actor, Grant

SECOND_FACTOR_LASTS = timedelta(hours=12)
"""A working day: whoever acts for the town confirms again the next morning."""


def token_hash(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


_COLUMNS = (
    Account.id.label("account_id"),
    Account.email,
    Account.language,
    Person.id.label("person_id"),
    Person.display_name,
    Person.level,
    RoleGrant.role,
    RoleGrant.space_id,
    RoleGrant.module,
    RoleGrant.department_id,
)
_OPEN_GRANT = and_(RoleGrant.account_id == Account.id, RoleGrant.ended_at.is_(None))


def actor_of_session(session: Session, token: str, at: datetime) -> Actor | None:
    """The actor behind a session cookie; None when the session is unknown, ended or expired."""
    rows = session.execute(
        select(*_COLUMNS, SignInSession.id.label("session_id"), SignInSession.second_factor_at)
        .join(Account, SignInSession.account_id == Account.id)
        .join(Person, Account.person_id == Person.id)
        .outerjoin(RoleGrant, _OPEN_GRANT)
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > at,
            Account.closed_at.is_(None),
        )
        .order_by(RoleGrant.id)
    ).all()
    if not rows:
        return None
    confirmed: datetime | None = rows[0].second_factor_at
    is_confirmed = confirmed is not None and confirmed > at - SECOND_FACTOR_LASTS
    return _actor(rows, session_id=rows[0].session_id, second_factor=is_confirmed)


def actor_of_account(
    session: Session, account_id: int, *, channel: str = "web", second_factor: bool = False
) -> Actor | None:
    """The actor of an account, for jobs, commands and tests; None when it does not exist or is closed."""
    rows = session.execute(
        select(*_COLUMNS)
        .join(Person, Account.person_id == Person.id)
        .outerjoin(RoleGrant, _OPEN_GRANT)
        .where(Account.id == account_id, Account.closed_at.is_(None))
        .order_by(RoleGrant.id)
    ).all()
    return _actor(rows, channel=channel, second_factor=second_factor) if rows else None


def _actor(
    rows: Sequence[Any], *, session_id: int | None = None, second_factor: bool = False, channel: str = "web"
) -> Actor:
    """One actor from a line per role."""
    first = rows[0]
    grants = tuple(Grant(row.role, row.space_id, row.module, row.department_id) for row in rows if row.role is not None)
    return Actor(
        account_id=first.account_id,
        person_id=first.person_id,
        name=first.display_name or first.email.partition("@")[0],
        email=first.email,
        level=first.level,
        grants=grants,
        second_factor=second_factor,
        session_id=session_id,
        channel=channel,
    )
