# SPDX-License-Identifier: AGPL-3.0-or-later
"""Absences and replacements: what reaches someone who is away reaches the colleague named in their place."""

from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.people.models import Absence
from civic.people.staff import holds_role, works_on_files
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused

KIND = "civic.absence"


def stands_in_for(session: Session, account_id: int, on: date) -> set[int]:
    """The accounts whose place the account takes on that day.

    Passed on: whoever replaces someone who is away takes over those whom that one was replacing.
    """
    away = dict(
        session.execute(
            select(Absence.account_id, Absence.replacement_id).where(away_on(on), Absence.replacement_id.is_not(None))
        ).all()
    )
    found: set[int] = set()
    todo = [account_id]
    while todo:
        standing = todo.pop()
        for absent, replacement in away.items():
            if replacement == standing and absent not in found and absent != account_id:
                found.add(absent)
                todo.append(absent)
    return found


def absence_on(session: Session, account_id: int, on: date) -> Absence | None:
    """The absence that covers the day, or None: they are at work."""
    return session.scalar(select(Absence).where(Absence.account_id == account_id, away_on(on)).limit(1))


def away_on(on: date) -> ColumnElement[bool]:
    """SQL condition: the absence covers the day."""
    return and_(Absence.from_on <= on, Absence.until_on > on)


def record_absence(
    session: Session,
    actor: Actor,
    *,
    account_id: int,
    replacement_id: int | None,
    from_on: date,
    last_day: date,
    note: str = "",
    at: datetime,
) -> Absence:
    """Record that someone is away until `last_day` included, replaced or not.

    Raises Missing naming the field: dates reversed, overlapping absence, replacement who is not of the staff, only reads or is away.
    """
    until_on = last_day + timedelta(days=1)
    faults = _faults(session, account_id, replacement_id, from_on, until_on)
    if faults:
        raise Missing(faults)
    absence = Absence(
        account_id=account_id, replacement_id=replacement_id, from_on=from_on, until_on=until_on, note=note
    )
    session.add(absence)
    session.flush()
    _journal(session, actor, "record_absence", absence, at)
    return absence


def end_absence(session: Session, actor: Actor, absence_id: int, *, today: date, at: datetime) -> None:
    """Someone is back today; an absence that has not begun is withdrawn. Raises Refused when it is over already."""
    absence = lock(session, Absence, absence_id)
    if absence is None or absence.until_on <= today:
        raise Refused(Refusal("absence_over", _("This absence is already over.")))
    if absence.from_on >= today:
        _journal(session, actor, "withdraw_absence", absence, at)
        session.delete(absence)
        return
    absence.until_on = today
    _journal(session, actor, "end_absence", absence, at)


def _faults(
    session: Session, account_id: int, replacement_id: int | None, from_on: date, until_on: date
) -> dict[str, str]:
    """What is wrong with a new absence, by field."""
    if until_on <= from_on:
        return {"last_day": _("The last day comes before the first.")}
    faults: dict[str, str] = {}
    if not holds_role(session, account_id):
        faults["account_id"] = _("Choose someone who works at the desk.")
    elif _away_between(session, account_id, from_on, until_on):
        faults["from_on"] = _("An absence is already recorded for some of these days: end it first.")
    if replacement_id is None:
        return faults
    if replacement_id == account_id:
        faults["replacement_id"] = _("Choose someone else as replacement.")
    elif not works_on_files(session, replacement_id):
        faults["replacement_id"] = _("Choose someone who works at the desk: auditors only read.")
    elif _away_between(session, replacement_id, from_on, until_on):
        faults["replacement_id"] = _("This colleague is away on some of these days: choose another.")
    return faults


def _away_between(session: Session, account_id: int, from_on: date, until_on: date) -> bool:
    """Whether an absence of the account overlaps the dates."""
    query = select(Absence.id).where(
        Absence.account_id == account_id, Absence.from_on < until_on, Absence.until_on > from_on
    )
    return session.scalar(query.limit(1)) is not None


def _journal(session: Session, actor: Actor, act: str, absence: Absence, at: datetime) -> None:
    """One entry per act; the note is text about a person."""
    details = {
        "account": absence.account_id,
        "replacement": absence.replacement_id,
        "from": absence.from_on.isoformat(),
        "until": absence.until_on.isoformat(),
    }
    record(session, actor, act, kind=KIND, subject_id=absence.id, at=at, text=absence.note, details=details)
