# SPDX-License-Identifier: AGPL-3.0-or-later
"""Two persons who may be one: set apart without holding anybody up, until someone looks at both. Decided once."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, delete, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.db.base import Base, Key
from civic.db.insertion import insert_once

WAITING, SAME, DIFFERENT = "", "same", "different"


class DoubtfulPair(Base):
    """An unordered pair, `low_id` the smaller: the same two are never asked about twice."""

    __tablename__ = "civic_doubtful_pair"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="order"),
        Index(None, "decision", "found_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"))
    high_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    reason: Mapped[str] = mapped_column(Key)
    """The rule that found it (civic.people.names.RULES), or `claimed`."""
    found_at: Mapped[datetime]
    found_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    decision: Mapped[str] = mapped_column(Key, default=WAITING)
    """Empty while it waits, then `same` or `different`."""
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))


def note_doubt(
    session: Session, one_id: int, other_id: int, reason: str, *, at: datetime, account_id: int | None
) -> int | None:
    """Put two persons in the list; the pair's id, or None when it stands there already, decided or not."""
    low, high = sorted((one_id, other_id))
    noted = insert_once(
        session,
        DoubtfulPair,
        low_id=low,
        high_id=high,
        reason=reason,
        found_at=at,
        found_by_id=account_id,
        decision=WAITING,
    )
    return _pair(session, low, high).id if noted else None


def told_apart(session: Session, person_id: int) -> frozenset[int]:
    """Persons whom someone has decided to be others than this one."""
    rows = session.execute(
        select(DoubtfulPair.low_id, DoubtfulPair.high_id).where(
            or_(DoubtfulPair.low_id == person_id, DoubtfulPair.high_id == person_id),
            DoubtfulPair.decision == DIFFERENT,
        )
    )
    return frozenset(one for row in rows for one in row if one != person_id)


def count_doubts(session: Session) -> int:
    """Pairs that wait."""
    return session.scalar(select(func.count()).where(DoubtfulPair.decision == WAITING)) or 0


def carry_pairs(session: Session, source_id: int, target_id: int, *, at: datetime, account_id: int | None) -> None:
    """One person became the other: their own pair is decided, the pairs of the first become the second's."""
    pairs = session.scalars(
        select(DoubtfulPair).where(or_(DoubtfulPair.low_id == source_id, DoubtfulPair.high_id == source_id))
    ).all()
    for pair in pairs:
        other = pair.high_id if pair.low_id == source_id else pair.low_id
        if other == target_id:
            if pair.decision == WAITING:
                pair.decision, pair.decided_at, pair.decided_by_id = SAME, at, account_id
        elif pair.decision != SAME:
            _carry(session, pair, *sorted((other, target_id)))
    session.flush()


def _carry(session: Session, pair: DoubtfulPair, low: int, high: int) -> None:
    """Make the pair that of two others; where those have one already, a decision outweighs a doubt."""
    standing = session.scalar(select(DoubtfulPair).where(DoubtfulPair.low_id == low, DoubtfulPair.high_id == high))
    if standing is None:
        pair.low_id, pair.high_id = low, high
        session.flush()
        return
    if standing.decision == WAITING and pair.decision == DIFFERENT:
        standing.decision, standing.decided_at = pair.decision, pair.decided_at
        standing.decided_by_id = pair.decided_by_id
    session.delete(pair)


def forget_pairs(session: Session, person_id: int) -> None:
    """Nothing is left to compare with someone who was erased."""
    session.execute(
        delete(DoubtfulPair).where(or_(DoubtfulPair.low_id == person_id, DoubtfulPair.high_id == person_id))
    )


def _pair(session: Session, low: int, high: int) -> DoubtfulPair:
    """The pair of two persons."""
    return session.scalars(select(DoubtfulPair).where(DoubtfulPair.low_id == low, DoubtfulPair.high_id == high)).one()
