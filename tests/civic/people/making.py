# SPDX-License-Identifier: AGPL-3.0-or-later
"""Factories of people: accounts, staff, actors. Times are fixed; names carry accents on purpose."""

from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from civic.db.session import write
from civic.items.models import Item
from civic.people.actors import actor_of_account
from civic.people.models import Account, Department, Person, RoleGrant
from civic.permissions.actor import Actor
from civic.workflow.guarding import state_may_change

AT = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
TODAY = AT.date()


@contextmanager
def writing(app):
    """A write inside the application's context."""
    with app.app_context(), write() as session:
        yield session


def make_person(session: Session, name: str = "Élise Œuvrard", **values) -> Person:
    person = Person(display_name=name, created_at=AT, **values)
    session.add(person)
    session.flush()
    return person


def make_account(
    session: Session, name: str = "Élise Œuvrard", email: str | None = None, person=None, **values
) -> Account:
    person = person or make_person(session, name)
    address = email or f"{person.id}.{name.split()[0].lower()}@rive.example"
    account = Account(person_id=person.id, email=address, created_at=AT, **values)
    session.add(account)
    session.flush()
    return account


def make_staff(session: Session, role: str, name: str = "Agnès L’Hôte", **scope) -> Account:
    account = make_account(session, name)
    session.add(RoleGrant(account_id=account.id, role=role, granted_at=AT, **scope))
    session.flush()
    return account


def make_department(session: Session, slug: str = "green") -> Department:
    department = Department(slug=slug, name={"fr": "Espaces verts"})
    session.add(department)
    session.flush()
    return department


def actor_for(session: Session, account: Account) -> Actor:
    actor = actor_of_account(session, account.id, second_factor=True)
    assert actor is not None
    return actor


def make_item(
    session: Session, title: str = "Un banc à l’ombre", state: str = "study", kind: str = "proposals.proposal", **values
) -> Item:
    """A file on the spine in any state, without its module's row."""
    with state_may_change():
        item = Item(kind=kind, state=state, state_at=AT, title={"fr": title}, created_at=AT, **values)
    session.add(item)
    session.flush()
    return item
