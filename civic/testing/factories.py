# SPDX-License-Identifier: AGPL-3.0-or-later
"""Rows for tests, made inside an open write. Titles carry markup and accents, so that every page test is an escape test."""

import secrets
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.people.actors import token_hash
from civic.people.models import Account, Delegation, Department, Person, RoleGrant, SignInSession
from civic.permissions.actor import SYSTEM
from civic.settings.workflows import lifecycle
from civic.spaces.models import Component, ProcessFrame, Space
from civic.spaces.workflow import PROCESS, PROCESS_POLICY
from civic.workflow.engine import Lifecycle, start

HOSTILE = "Un banc à l’ombre & <script>alert('œuf')</script>"
"""A title no page may render as markup."""


def make_person(session: Session, *, at: datetime, given: str = "Zoé", family: str = "O’Brien-Lefèvre") -> Person:
    """Someone known, with nothing verified but an e-mail address."""
    person = Person(
        given_name=given, family_name=family, display_name=f"{given} {family[0]}.", level="email", created_at=at
    )
    session.add(person)
    session.flush()
    return person


def make_account(session: Session, *, at: datetime, email: str = "", person: Person | None = None) -> Account:
    """A way to sign in, of a person of its own unless one is given."""
    person = person or make_person(session, at=at)
    address = email or f"zoe.{secrets.token_hex(4)}@ville.example"
    account = Account(person_id=person.id, email=address, created_at=at)
    session.add(account)
    session.flush()
    return account


def make_department(session: Session, *, name: str = "Espaces verts & voirie <b>") -> Department:
    """A municipal service."""
    department = Department(slug=f"service-{secrets.token_hex(4)}", name={"fr": name})
    session.add(department)
    session.flush()
    return department


def grant_role(
    session: Session,
    account: Account,
    role: str,
    *,
    at: datetime,
    space_id: int | None = None,
    module: str | None = None,
    department: Department | None = None,
) -> RoleGrant:
    """A role held from now on."""
    grant = RoleGrant(
        account_id=account.id,
        role=role,
        space_id=space_id,
        module=module,
        department_id=department.id if department else None,
        granted_at=at,
    )
    session.add(grant)
    session.flush()
    return grant


def delegate(
    session: Session, official: Account, deputy: Account, *, from_on: date, until_on: date | None
) -> Delegation:
    """A delegation of signature; `until_on` is the first day on which it no longer holds."""
    delegation = Delegation(
        official_id=official.id,
        deputy_id=deputy.id,
        act_reference="arrêté 2026-114",
        from_on=from_on,
        until_on=until_on,
    )
    session.add(delegation)
    session.flush()
    return delegation


def open_session(
    session: Session, account: Account, *, at: datetime, expires_at: datetime, second_factor: bool = False
) -> str:
    """A signed-in session; gives the random token that the cookie holds."""
    token = secrets.token_urlsafe(24)
    session.add(
        SignInSession(
            token_hash=token_hash(token),
            account_id=account.id,
            created_at=at,
            last_seen_at=at,
            expires_at=expires_at,
            second_factor_at=at if second_factor else None,
            device="Test",
        )
    )
    session.flush()
    return token


def make_item(session: Session, cycle: Lifecycle, *, at: datetime, title: str = HOSTILE, **columns: object) -> Item:
    """An item of the spine in the first state of its workflow."""
    return start(session, cycle, SYSTEM, Item(kind=cycle.kind, title={"fr": title}, created_at=at, **columns), at)


def make_process(session: Session, *, at: datetime, slug: str, visibility: str = "public") -> Space:
    """A process being prepared, its frame empty."""
    item = make_item(session, lifecycle(session, PROCESS, PROCESS_POLICY), at=at, visible=visibility == "public")
    item.space_id = item.id  # as the product does: a role scoped to a space covers the space itself
    space = Space(id=item.id, kind="process", slug=slug, visibility=visibility)
    session.add(space)
    session.flush()
    session.add(ProcessFrame(space_id=space.id))
    session.flush()
    return space


def root_space(session: Session, *, at: datetime) -> Space:
    """The implicit space of what stands on its own; made when the instance has none yet."""
    known = session.scalar(select(Space).where(Space.kind == "root"))
    if known is not None:
        return known
    item = make_item(session, lifecycle(session, PROCESS, PROCESS_POLICY), at=at, title="Racine")
    item.space_id = item.id
    space = Space(id=item.id, kind="root", slug="root", visibility="public")
    session.add(space)
    session.flush()
    return space


def make_component(session: Session, space: Space, module: str, *, slug: str) -> Component:
    """A module placed in a space."""
    component = Component(space_id=space.id, module=module, slug=slug, title={"fr": HOSTILE})
    session.add(component)
    session.flush()
    return component
