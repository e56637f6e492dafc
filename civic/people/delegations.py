# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dated delegations of signature (CGCT L2122-18 and -19): who may sign in an elected official's place, and when."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.people.models import Delegation
from civic.people.staff import holds_role
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused

KIND = "civic.delegation"


@dataclass(frozen=True)
class SigningRight:
    """Why an account may sign for an official: `delegation` is None when it is the official."""

    official_id: int
    delegation: Delegation | None


def may_sign(session: Session, account_id: int, official_id: int, on: date) -> SigningRight | None:
    """The right to sign for the official on that day: as the official, or under a delegation that covers the day.

    Replacing someone who is absent gives no right of signature by itself: only a delegation does. It falls with the
    mandate of whoever granted it.
    """
    if account_id == official_id:
        return SigningRight(official_id, None)
    if not holds_role(session, official_id, "official"):
        return None
    found = session.scalar(
        select(Delegation)
        .where(Delegation.official_id == official_id, Delegation.deputy_id == account_id, in_force(on))
        .order_by(Delegation.from_on.desc(), Delegation.id.desc())
        .limit(1)
    )
    return SigningRight(official_id, found) if found is not None else None


def signs_for(session: Session, account_id: int, on: date) -> set[int]:
    """The officials in whose place the account may sign on that day, itself not included."""
    query = select(Delegation.official_id).where(Delegation.deputy_id == account_id, in_force(on))
    return set(session.scalars(query)) - {account_id}


def in_force(on: date) -> ColumnElement[bool]:
    """SQL condition: the delegation's dates include the day."""
    return and_(Delegation.from_on <= on, or_(Delegation.until_on.is_(None), Delegation.until_on > on))


def record_delegation(
    session: Session,
    actor: Actor,
    *,
    official_id: int,
    deputy_id: int,
    act_reference: str,
    from_on: date,
    last_day: date | None,
    at: datetime,
) -> Delegation:
    """Record a delegation granted by an arrêté; `last_day` is the last on which it holds, None for no end.

    Raises Missing naming the field: not an elected official, same person, dates reversed, same dates already covered.
    """
    until_on = last_day + timedelta(days=1) if last_day else None
    faults = _faults(session, official_id, deputy_id, act_reference, from_on, until_on)
    if faults:
        raise Missing(faults)
    granted = Delegation(
        official_id=official_id,
        deputy_id=deputy_id,
        act_reference=act_reference,
        from_on=from_on,
        until_on=until_on,
    )
    session.add(granted)
    session.flush()
    _journal(session, actor, "grant_delegation", granted, at)
    return granted


def end_delegation(
    session: Session, actor: Actor, delegation_id: int, *, last_day: date, today: date, at: datetime
) -> None:
    """End a delegation after `last_day`; one that has not begun is withdrawn whole.

    A day already past cannot be taken back: what was signed under the delegation stays signed. Raises Refused.
    """
    granted = lock(session, Delegation, delegation_id)
    if granted is None:
        raise Refused(Refusal("unknown_delegation", _("This delegation is no longer there.")))
    if granted.until_on is not None and granted.until_on <= today:
        raise Refused(Refusal("already_ended", _("This delegation has already ended.")))
    if granted.from_on > today:
        _journal(session, actor, "withdraw_delegation", granted, at)
        session.delete(granted)
        return
    if last_day < max(granted.from_on, today - timedelta(days=1)):
        raise Missing({"last_day": _("Choose today or a later day: what was signed before stays signed.")})
    granted.until_on = last_day + timedelta(days=1)
    _journal(session, actor, "end_delegation", granted, at)


def _faults(
    session: Session, official_id: int, deputy_id: int, act_reference: str, from_on: date, until_on: date | None
) -> dict[str, str]:
    """What is wrong with a new delegation, by field."""
    faults: dict[str, str] = {}
    if not act_reference.strip():
        faults["act_reference"] = _("Write the number of the arrêté that grants it.")
    for name, account_id in (("official_id", official_id), ("deputy_id", deputy_id)):
        if not holds_role(session, account_id, "official"):
            faults[name] = _("Only elected officials sign: grant the role of elected official first.")
    if official_id == deputy_id:
        faults["deputy_id"] = _("Choose someone else than the official.")
    if until_on is not None and until_on <= from_on:
        faults["last_day"] = _("The last day comes before the first.")
    elif not faults and _covered(session, official_id, deputy_id, from_on, until_on):
        faults["from_on"] = _("A delegation between these two already covers some of these days: end it first.")
    return faults


def _covered(session: Session, official_id: int, deputy_id: int, from_on: date, until_on: date | None) -> bool:
    """Whether another delegation of the same two overlaps the dates."""
    query = select(Delegation.id).where(
        Delegation.official_id == official_id,
        Delegation.deputy_id == deputy_id,
        or_(Delegation.until_on.is_(None), Delegation.until_on > from_on),
    )
    if until_on is not None:
        query = query.where(Delegation.from_on < until_on)
    return session.scalar(query.limit(1)) is not None


def _journal(session: Session, actor: Actor, act: str, granted: Delegation, at: datetime) -> None:
    """One entry per act, with ids and dates."""
    details = {
        "official": granted.official_id,
        "deputy": granted.deputy_id,
        "reference": granted.act_reference,
        "from": granted.from_on.isoformat(),
        "until": granted.until_on.isoformat() if granted.until_on else None,
    }
    record(session, actor, act, kind=KIND, subject_id=granted.id, at=at, details=details)
