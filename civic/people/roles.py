# SPDX-License-Identifier: AGPL-3.0-or-later
"""Granting and ending roles: on the whole portal, in one space, for one module, in one department."""

from collections.abc import Callable, Mapping
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.people.addresses import normal_email
from civic.people.models import Account, Department, Person, RoleGrant
from civic.permissions.actor import ROLES, Actor, Grant
from civic.permissions.decision import Missing, Refusal, Refused

KIND = "civic.role"

ROLE_NAMES: Mapping[str, str] = {
    "clerk": _("Clerk in charge of participation"),
    "agent": _("Department agent"),
    "moderator": _("Moderator"),
    "official": _("Elected official"),
    "auditor": _("Auditor (reads only)"),
    "administrator": _("Administrator"),
}
"""Each role in words."""

WHOLE_PORTAL = frozenset({"auditor", "administrator"})
"""Roles that make no sense in a part of the portal: settings and the journal belong to the whole."""


def grant_role(
    session: Session, actor: Actor, account_id: int, where: Grant, *, title: str = "", at: datetime
) -> RoleGrant:
    """Grant the role of `where` in its scope; `title` is the function shown under an answer, kept when empty.

    Raises Missing naming the field, or Refused when the account is closed or holds the role already.
    """
    account = lock(session, Account, account_id)
    if account is None or account.closed_at is not None:
        raise Refused(Refusal("account_closed", _("This account is closed: open another first.")))
    _check_scope(session, where)
    if _held(session, account_id, where):
        raise Refused(Refusal("role_held", _("This role is already held there.")))
    if title.strip():
        account.title = title.strip()
    granted = RoleGrant(
        account_id=account_id,
        role=where.role,
        space_id=where.space_id,
        module=where.module,
        department_id=where.department_id,
        granted_by_id=actor.account_id,
        granted_at=at,
    )
    session.add(granted)
    session.flush()
    record(session, actor, "grant_role", kind=KIND, subject_id=account_id, at=at, details=_facts(granted))
    return granted


def end_role(
    session: Session,
    actor: Actor,
    grant_id: int,
    release: Callable[[Session, Actor, int, datetime], object],
    *,
    at: datetime,
) -> None:
    """End a role now. `release` gives back what its holder had in charge (`civic.items.charge.release_files`).

    Raises Refused when it has ended already or when nobody would administer the portal any more.
    """
    granted = session.get(RoleGrant, grant_id)
    if granted is not None and granted.role == "administrator":
        # Before the grant itself is locked: whoever ends one locks them all in the same order.
        keep_an_administrator(session, {granted.id})
    granted = lock(session, RoleGrant, grant_id)
    if granted is None or granted.ended_at is not None:
        raise Refused(Refusal("role_ended", _("This role has already ended.")))
    granted.ended_at = at
    record(session, actor, "end_role", kind=KIND, subject_id=granted.account_id, at=at, details=_facts(granted))
    release(session, actor, granted.account_id, at)


def keep_an_administrator(session: Session, ending: set[int]) -> None:
    """Raise Refused when no administrator is left after these grants end.

    Every such grant is locked, in order, so that two administrators who remove one another do not both succeed.
    """
    left = session.scalars(
        select(RoleGrant.id)
        .join(Account, RoleGrant.account_id == Account.id)
        .where(RoleGrant.role == "administrator", RoleGrant.ended_at.is_(None), Account.closed_at.is_(None))
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    ).all()
    if not set(left) - ending:
        raise Refused(Refusal("last_administrator", _("This is the last administrator: name another one first.")))


def account_for(session: Session, email: str, name: str, *, language: str, at: datetime) -> Account:
    """The account of an e-mail address, opened when there is none: its owner then signs in with a code.

    Raises Missing when it is no address, or Refused when several accounts share it: one must then be chosen.
    """
    address = normal_email(email)
    known = session.scalars(
        select(Account).where(Account.email == address, Account.closed_at.is_(None)).order_by(Account.id).limit(2)
    ).all()
    if len(known) > 1:
        raise Refused(
            Refusal(
                "shared_address",
                _("Several accounts share this address: find the right person under People and grant the role there."),
            )
        )
    if known:
        return known[0]
    if not name.strip():
        raise Missing({"name": _("Nobody has this address yet: write the name to open an account.")})
    person = Person(display_name=name.strip(), created_at=at)
    session.add(person)
    session.flush()
    account = Account(person_id=person.id, email=address, language=language, created_at=at)
    session.add(account)
    session.flush()
    return account


def open_grants(session: Session, account_ids: set[int]) -> list[RoleGrant]:
    """The roles these accounts hold now, oldest first."""
    query = select(RoleGrant).where(RoleGrant.account_id.in_(account_ids), RoleGrant.ended_at.is_(None))
    return list(session.scalars(query.order_by(RoleGrant.account_id, RoleGrant.id)))


def _check_scope(session: Session, where: Grant) -> None:
    """Raise Missing for a role or a scope that cannot be."""
    if where.role not in ROLES:
        raise Missing({"role": _("Choose one of the roles.")})
    if where.role in WHOLE_PORTAL and (where.space_id or where.module or where.department_id):
        raise Missing({"role": _("This role holds for the whole portal: leave space, module and department empty.")})
    if where.role == "agent" and where.department_id is None:
        raise Missing({"department_id": _("An agent works for a department: choose it.")})
    if where.department_id is not None and session.get(Department, where.department_id) is None:
        raise Missing({"department_id": _("This department is no longer there.")})


def _held(session: Session, account_id: int, where: Grant) -> bool:
    """Whether the very same grant is open."""
    same = [
        column.is_(None) if value is None else column == value
        for column, value in (
            (RoleGrant.space_id, where.space_id),
            (RoleGrant.module, where.module),
            (RoleGrant.department_id, where.department_id),
        )
    ]
    query = exists().where(
        RoleGrant.account_id == account_id, RoleGrant.role == where.role, RoleGrant.ended_at.is_(None), *same
    )
    return bool(session.scalar(select(query)))


def _facts(granted: RoleGrant) -> dict[str, object]:
    """What the journal keeps of a grant."""
    return {
        "role": granted.role,
        "space": granted.space_id,
        "module": granted.module,
        "department": granted.department_id,
    }
