# SPDX-License-Identifier: AGPL-3.0-or-later
"""Loading who acts, in one query: session, account, person, roles."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, column, exists, not_, select, table
from sqlalchemy.orm import Session

from civic.db.types import UtcDateTime
from civic.people.minor import Minor
from civic.people.minors import minor_until
from civic.people.models import Account, Person, RoleGrant, SignInSession
from civic.permissions.actor import Actor, Grant
from civic.settings.store import GENERATION, note_generation

SECOND_FACTOR_LASTS = timedelta(hours=12)
"""A working day: whoever acts for the town confirms again the next morning."""


def token_hash(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


# Plain tables: the ORM has nothing to add to a query that every request makes.
_account, _person, _grant, _session, _minor = (
    model.__table__ for model in (Account, Person, RoleGrant, SignInSession, Minor)
)
_LINKED = table("civic_linked_identity", column("account_id"))
"""Providers' names for persons, named by its table: it stands above sessions and is not imported here."""
WITHOUT_WAY_IN = and_(_account.c.email == "", not_(exists().where(_LINKED.c.account_id == _account.c.id)))
"""SQL condition on accounts: neither an address nor a provider opens it (a password goes with an address)."""
_COLUMNS = (
    _account.c.id.label("account_id"),
    _account.c.email,
    _account.c.language,
    _person.c.id.label("person_id"),
    _person.c.display_name,
    _person.c.level,
    _grant.c.role,
    _grant.c.space_id,
    _grant.c.module,
    _grant.c.department_id,
    _minor.c.of_age_on,
    _minor.c.age.label("minor_age"),
    _minor.c.recorded_at,
    WITHOUT_WAY_IN.label("without_account"),
)
_HOLDER = (
    _account.join(_person, _account.c.person_id == _person.c.id)
    .outerjoin(_grant, and_(_grant.c.account_id == _account.c.id, _grant.c.ended_at.is_(None)))
    .outerjoin(_minor, _minor.c.person_id == _person.c.id)
)


_BEHIND_SESSION = (
    select(
        *_COLUMNS,
        _session.c.id.label("session_id"),
        _session.c.second_factor_at,
        GENERATION.scalar_subquery().label("generation"),
    )
    .select_from(_HOLDER.join(_session, _session.c.account_id == _account.c.id))
    .where(
        _session.c.token_hash == bindparam("token_hash"),
        _session.c.ended_at.is_(None),
        _session.c.expires_at > bindparam("at", type_=UtcDateTime),
        _account.c.closed_at.is_(None),
    )
    .order_by(_grant.c.id)
)
"""Asked at every request of someone signed in: built once."""


def actor_of_session(session: Session, token: str, at: datetime) -> Actor | None:
    """The actor behind a session cookie; None when the session is unknown, ended or expired."""
    rows = session.execute(_BEHIND_SESSION, {"token_hash": token_hash(token), "at": at}).all()
    if not rows:
        return None
    note_generation(session, rows[0].generation)
    confirmed: datetime | None = rows[0].second_factor_at
    is_confirmed = confirmed is not None and confirmed > at - SECOND_FACTOR_LASTS
    return _actor(session, rows, session_id=rows[0].session_id, second_factor=is_confirmed)


def actor_of_account(
    session: Session, account_id: int, *, channel: str = "web", second_factor: bool = False
) -> Actor | None:
    """The actor of an account, for jobs, commands and tests; None when it does not exist or is closed."""
    rows = session.execute(
        select(*_COLUMNS)
        .select_from(_HOLDER)
        .where(_account.c.id == account_id, _account.c.closed_at.is_(None))
        .order_by(_grant.c.id)
    ).all()
    return _actor(session, rows, channel=channel, second_factor=second_factor) if rows else None


def _actor(
    session: Session,
    rows: Sequence[Any],
    *,
    session_id: int | None = None,
    second_factor: bool = False,
    channel: str = "web",
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
        minor_until=minor_until(session, first.of_age_on, first.minor_age),
        parent_agreed=first.recorded_at is not None,
        without_account=bool(first.without_account),
    )
