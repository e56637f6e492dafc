# SPDX-License-Identifier: AGPL-3.0-or-later
"""Accounts: found by address (several may share one), made at the first code, their address changed."""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import and_, not_, select, update
from sqlalchemy.orm import Session, joinedload

from civic.db.session import lock
from civic.journal.entries import record
from civic.people.actors import WITHOUT_WAY_IN
from civic.people.levels import add_verification, level_at
from civic.people.models import Account, Person, SignInSession
from civic.people.naming import default_public_name
from civic.permissions.actor import Actor
from civic.permissions.decision import Denied, Refusal, Refused
from civic.permissions.predicates import signed_in

MOST_AT_ONE_ADDRESS = 8
"""A family and more; beyond, someone is making accounts to support twice."""
TAKES_MAIL = and_(Account.closed_at.is_(None), Account.email != "")
"""Condition on Account: open, with an address. Whoever signs in through a provider, or took part by the code of a letter,
may have given none: letters tell them."""


def accounts_at(session: Session, email: str) -> Sequence[Account]:
    """Open accounts of an address, oldest first, with their persons."""
    return session.scalars(
        select(Account)
        .options(joinedload(Account.person))
        .where(Account.email == email, Account.closed_at.is_(None))
        .order_by(Account.id)
    ).all()


def signs_in(session: Session, person_id: int) -> bool:
    """Whether someone signs in as this person already, by address, password or provider."""
    own = select(Account.id).where(Account.person_id == person_id, Account.closed_at.is_(None))
    return session.scalar(own.where(not_(WITHOUT_WAY_IN)).limit(1)) is not None


def create_account(
    session: Session,
    *,
    email: str,
    language: str,
    at: datetime,
    shows_names: str = "initial",
    given_name: str = "",
    family_name: str = "",
) -> Account:
    """Make an account and its person for an address that was proven. Raises Refused when too many share it."""
    if len(accounts_at(session, email)) >= MOST_AT_ONE_ADDRESS:
        raise Refused(
            Refusal("too_many_accounts", _("Too many accounts use this address already. Choose one, or ask the town."))
        )
    person = Person(given_name=given_name, family_name=family_name, created_at=at)
    session.add(person)
    session.flush()
    person.display_name = default_public_name(person, shows_names)
    add_verification(session, person, "email", "email", at=at)
    account = Account(person_id=person.id, email=email, language=language, created_at=at)
    session.add(account)
    session.flush()
    return account


def confirm_address(session: Session, account: Account, at: datetime) -> None:
    """Keep that the account's address has answered: someone entered by staff is verified so at their first code."""
    person = session.get_one(Person, account.person_id)
    if level_at(session, person, at) == "declared":
        add_verification(session, person, "email", "email", at=at)


def change_email(session: Session, actor: Actor, email: str, at: datetime) -> str:
    """Give the actor's account a new, proven address; returns the old one, which is to be told.

    Every other session ends: whoever held the old mailbox no longer gets in. Raises Denied for a visitor.
    """
    account = own_account(session, actor)
    before, account.email = account.email, email
    confirm_address(session, account, at)
    session.execute(
        update(SignInSession)
        .where(SignInSession.account_id == account.id, SignInSession.ended_at.is_(None))
        .where(SignInSession.id != (actor.session_id or 0))
        .values(ended_at=at)
    )
    record(session, actor, "change_email", kind="civic.account", subject_id=account.id, at=at)
    return before


def own_account(session: Session, actor: Actor) -> Account:
    """The actor's account, locked. Raises Denied for a visitor."""
    account = lock(session, Account, actor.account_id or 0)
    if account is None:
        raise Denied(signed_in.refusal)
    return account
