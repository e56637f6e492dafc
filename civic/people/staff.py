# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who works for the town: accounts with an open role, for choices and checks of other services."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from civic.i18n.texts import plain
from civic.people.models import Account, Person, RoleGrant
from civic.people.roles import ROLE_NAMES
from civic.permissions.actor import Actor, Grant

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
        .order_by(Account.id)
    )
    found = [Colleague(row.id, row.display_name or row.email.partition("@")[0], row.title, row.email) for row in rows]
    return sorted(found, key=lambda one: plain(one.name))


def staff_actors(session: Session) -> list[tuple[Colleague, Actor]]:
    """Everyone of the staff with the actor they are at the desk, the second factor confirmed: one query, by name."""
    rows = session.execute(
        select(
            Account.id,
            Person.display_name,
            Account.title,
            Account.email,
            RoleGrant.role,
            RoleGrant.space_id,
            RoleGrant.module,
            RoleGrant.department_id,
        )
        .join(Person, Account.person_id == Person.id)
        .join(RoleGrant, OPEN_GRANT)
        .where(Account.closed_at.is_(None))
        .order_by(Account.id, RoleGrant.id)
    )
    found: dict[Colleague, list[Grant]] = {}
    for row in rows:
        one = Colleague(row.id, row.display_name or row.email.partition("@")[0], row.title, row.email)
        found.setdefault(one, []).append(Grant(row.role, row.space_id, row.module, row.department_id))
    actors = [
        (one, Actor(account_id=one.account_id, name=one.name, grants=tuple(grants), second_factor=True))
        for one, grants in found.items()
    ]
    return sorted(actors, key=lambda pair: plain(pair[0].name))


def holds_role(session: Session, account_id: int, role: str | None = None) -> bool:
    """Whether an open account holds the role in any scope (any role when none is named)."""
    query = select(Account.id).join(RoleGrant, OPEN_GRANT).where(Account.id == account_id, Account.closed_at.is_(None))
    if role is not None:
        query = query.where(RoleGrant.role == role)
    return session.scalar(query.limit(1)) is not None


def works_on_files(session: Session, account_id: int) -> bool:
    """Whether an open account holds a role that acts: auditors read."""
    query = select(Account.id).join(RoleGrant, OPEN_GRANT).where(Account.id == account_id, Account.closed_at.is_(None))
    return session.scalar(query.where(RoleGrant.role != "auditor").limit(1)) is not None


def function_at(person_id: InstrumentedAttribute[int], at: InstrumentedAttribute[datetime]) -> ScalarSelect[str]:
    """Column: the function of a person who worked for the town at that moment, else NULL; read it with `signature`.

    Whoever speaks for the town, or was elected, says so: the title of the account, or the role when it has none.
    """
    held = and_(
        RoleGrant.account_id == Account.id,
        RoleGrant.granted_at <= at,
        or_(RoleGrant.ended_at.is_(None), RoleGrant.ended_at > at),
    )
    return (
        select(func.coalesce(func.nullif(Account.title, ""), RoleGrant.role))
        .select_from(Account)
        .join(RoleGrant, held)
        .where(Account.person_id == person_id)
        .order_by(Account.title == "", RoleGrant.id)
        .limit(1)
        .scalar_subquery()
    )


def signature(name: str, function: str | None) -> str:
    """A name with what `function_at` gave: “Nadia Rahmani, service citoyenneté”; empty for an erased person."""
    return f"{name}, {ROLE_NAMES.get(function, function)}" if name and function else name


def names_of(session: Session, account_ids: set[int], *, titled: bool = False) -> dict[int, str]:
    """Names of accounts, closed ones too, in one query; `titled` adds the function, as officials are named."""
    if not account_ids:
        return {}
    rows = session.execute(
        select(Account.id, Person.display_name, Account.email, Account.title)
        .join(Person, Account.person_id == Person.id)
        .where(Account.id.in_(account_ids))
    )
    return {
        row.id: signature(row.display_name or row.email.partition("@")[0], row.title if titled else None)
        for row in rows
    }
