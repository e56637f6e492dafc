# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works for the town: accounts with an open role, for choices and checks of other services."""

from dataclasses import dataclass

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from civic.people.models import Account, Person, RoleGrant

OPEN_GRANT = and_(RoleGrant.account_id == Account.id, RoleGrant.ended_at.is_(None))
"""Condition joining an account to the roles it holds."""


@dataclass(frozen=True)
class Colleague:
    """A member of staff as others name them."""

    account_id: int
    name: str
    title: str
    email: str

    @property
    def label(self) -> str:
        """Name and function, as choices show them."""
        return f"{self.name}, {self.title}" if self.title else f"{self.name} ({self.email})"


def colleagues(session: Session, role: str | None = None) -> list[Colleague]:
    """Open accounts with any role, or with that one, by name."""
    held = exists().where(OPEN_GRANT)
    if role is not None:
        held = held.where(RoleGrant.role == role)
    rows = session.execute(
        select(Account.id, Person.display_name, Account.title, Account.email)
        .join(Person, Account.person_id == Person.id)
        .where(Account.closed_at.is_(None), held)
        .order_by(Person.display_name, Account.email, Account.id)
    )
    return [Colleague(row.id, row.display_name or row.email.partition("@")[0], row.title, row.email) for row in rows]


def holds_role(session: Session, account_id: int, role: str | None = None) -> bool:
    """Whether an open account holds the role in any scope (any role when none is named)."""
    query = select(Account.id).join(RoleGrant, OPEN_GRANT).where(Account.id == account_id, Account.closed_at.is_(None))
    if role is not None:
        query = query.where(RoleGrant.role == role)
    return session.scalar(query.limit(1)) is not None


def names_of(session: Session, account_ids: set[int]) -> dict[int, str]:
    """Names of accounts, closed ones too, in one query."""
    if not account_ids:
        return {}
    rows = session.execute(
        select(Account.id, Person.display_name, Account.email)
        .join(Person, Account.person_id == Person.id)
        .where(Account.id.in_(account_ids))
    )
    return {row.id: row.display_name or row.email.partition("@")[0] for row in rows}
