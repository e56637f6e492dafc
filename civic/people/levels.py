# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verification levels, in order, and the one place that adds a verification and sets a person's level."""

from collections.abc import Mapping
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, exists, or_, select, true, update
from sqlalchemy.orm import Session

from civic.people.models import Person, Verification

LEVELS = ("declared", "email", "residence", "roll")
"""From the least to the most certain."""

LEVEL_NAMES: Mapping[str, str] = {
    "declared": _("Declared"),
    "email": _("E-mail or identity confirmed"),
    "residence": _("Residence verified"),
    "roll": _("On the electoral roll"),
}
"""Each level in words."""

IDENTITY_PROVEN: str = _("Identity proven")
ADDRESS_CONFIRMED: str = _("E-mail address confirmed")

EMAIL = "email"
"""Origin of the verification of an address; any other of the same level is a proof of identity."""


def level_words(level: str, *, proven: bool) -> str:
    """The level of one person in words: a proven identity stands where a confirmed address does, and says so itself."""
    if level != "email":
        return LEVEL_NAMES[level]
    return IDENTITY_PROVEN if proven else ADDRESS_CONFIRMED


def rank(level: str) -> int:
    """Place of the level in the order; ValueError when it is unknown."""
    return LEVELS.index(level)


def at_least(level: str) -> tuple[str, ...]:
    """The level and those above it."""
    return LEVELS[rank(level) :]


def add_verification(
    session: Session,
    person: Person,
    level: str,
    origin: str,
    *,
    at: datetime,
    proof_kind: str = "",
    proof_on: date | None = None,
    agent_id: int | None = None,
    expires_at: datetime | None = None,
) -> Verification:
    """Keep that a level was verified and raise the person's level; the proof itself is never kept."""
    found = Verification(
        person_id=person.id,
        level=level,
        origin=origin,
        proof_kind=proof_kind,
        proof_on=proof_on,
        agent_id=agent_id,
        at=at,
        expires_at=expires_at,
    )
    session.add(found)
    session.flush()
    recompute(session, person, at)
    return found


def level_at(session: Session, person: Person, at: datetime) -> str:
    """The highest level the person's verifications still prove at that moment."""
    proven = session.scalars(select(Verification.level).where(Verification.person_id == person.id, _in_force(at))).all()
    return max((*proven, "declared"), key=rank)


def recompute(session: Session, person: Person, at: datetime) -> str:
    """Set the stored level to what the verifications prove; gives it."""
    person.level = level_at(session, person, at)
    return person.level


def proves(level: str, at: datetime) -> ColumnElement[bool]:
    """SQL condition on `Person`: a verification in force proves at least the level (set form of `level_at`)."""
    if level == "declared":
        return true()
    return exists().where(Verification.person_id == Person.id, Verification.level.in_(at_least(level)), _in_force(at))


def lower_expired(session: Session, at: datetime) -> int:
    """Give persons whose verification has expired the level that remains; called every day. Gives how many."""
    ended = select(Verification.person_id).where(Verification.expires_at <= at, Verification.level == Person.level)
    people = session.scalars(select(Person).where(Person.level != "declared", Person.id.in_(ended))).all()
    lowered = 0
    for person in people:
        before = person.level
        lowered += recompute(session, person, at) != before
    return lowered


def end_verifications(session: Session, person_id: int, level: str, at: datetime, *, origin: str) -> None:
    """Make the person's verifications of that level and origin end now (they left the roll); the lines stay."""
    session.execute(
        update(Verification)
        .where(
            Verification.person_id == person_id,
            Verification.level == level,
            Verification.origin == origin,
            _in_force(at),
        )
        .values(expires_at=at)
    )


def _in_force(at: datetime) -> ColumnElement[bool]:
    """Not expired at that moment."""
    return or_(Verification.expires_at.is_(None), Verification.expires_at > at)
