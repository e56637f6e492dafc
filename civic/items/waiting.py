# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which files someone of the staff may read, and which wait for them: the set forms of the scopes of their roles."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select

from civic.i18n.setup import current_zone
from civic.items.models import Item
from civic.people.absences import away_on
from civic.people.models import Absence, Account, RoleGrant
from civic.permissions.actor import Actor


def readable(actor: Actor) -> ColumnElement[bool]:
    """The files this person's roles cover, as SQL: the set form of the scopes of their grants."""
    covered: list[ColumnElement[bool]] = []
    for grant in actor.grants:
        limits: list[ColumnElement[bool]] = []
        if grant.space_id is not None:
            limits.append(Item.space_id == grant.space_id)
        if grant.module is not None:
            limits.append(Item.kind.startswith(f"{grant.module}.", autoescape=True))
        covered.append(and_(True, *limits))
    return or_(false(), *covered)


def waiting_for(actor: Actor, at: datetime) -> ColumnElement[bool]:
    """What waits for this person: assigned to them or to whom they replace today, to their departments, or, for
    clerks, to nobody yet, or to nobody who could act."""
    replaced = select(Absence.account_id).where(
        Absence.replacement_id == actor.account_id, away_on(at.astimezone(current_zone()).date())
    )
    waiting = [
        Item.assignee_id == actor.account_id,
        Item.assignee_id.in_(replaced),
        Item.department_id.in_(actor.department_ids),
    ]
    if actor.has_anywhere("clerk"):
        waiting.append(and_(Item.department_id.is_(None), or_(Item.assignee_id.is_(None), ~_held_by_clerk())))
    return or_(*waiting)


def _held_by_clerk() -> ColumnElement[bool]:
    """SQL condition: whoever has the file in charge is its clerk; without department nobody else can act on it.

    For such files the set form of `civic.items.charge.may_hold`.
    """
    return exists().where(
        RoleGrant.account_id == Item.assignee_id,
        RoleGrant.role == "clerk",
        RoleGrant.ended_at.is_(None),
        or_(RoleGrant.space_id.is_(None), RoleGrant.space_id == Item.space_id),
        or_(
            RoleGrant.module.is_(None),
            func.substr(Item.kind, 1, func.length(RoleGrant.module) + 1) == RoleGrant.module + ".",
        ),
        Account.id == RoleGrant.account_id,
        Account.closed_at.is_(None),
    )
