# SPDX-License-Identifier: AGPL-3.0-or-later
"""How long each thing stood in each state, in whose hands, and until when it was promised: what delays are counted from.

The journal tells the same moves and stays the proof; it knows neither the deadline that was promised then nor who was in
charge. Written by the engine alone, in the transaction of the move.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.db.base import Base, Key
from civic.workflow.stateful import Stateful


class Stay(Base):
    """One stay in one state. Subjects are plain values, as in the journal."""

    __tablename__ = "civic_stay"
    __table_args__ = (
        Index("ix_civic_stay_subject", "kind", "subject_id", "left_at"),
        Index("ix_civic_stay_left", "kind", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Key)
    subject_id: Mapped[int]
    state: Mapped[str] = mapped_column(Key)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("civic_department.id"))
    """In charge when the stay ended; None for nobody yet, which is the clerks."""
    entered_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    """The deadline promised on entering; a town that changes its deadlines changes none of the past."""
    left_at: Mapped[datetime | None]


def in_charge(subject: Stateful) -> int | None:
    """The department in charge of what has one."""
    department: int | None = getattr(subject, "department_id", None)
    return department


def enter_state(session: Session, kind: str, subject: Stateful) -> None:
    """A stay begins, in the state, from the date and until the deadline that the subject now has."""
    session.add(
        Stay(
            kind=kind,
            subject_id=subject.id,
            state=subject.state,
            entered_at=subject.state_at,
            due_at=subject.due_at,
        )
    )


def leave_state(session: Session, kind: str, subject: Stateful, department_id: int | None, at: datetime) -> None:
    """The present stay ends, in the hands of this department."""
    session.execute(
        update(Stay)
        .where(Stay.kind == kind, Stay.subject_id == subject.id, Stay.left_at.is_(None))
        .values(left_at=at, department_id=department_id)
        .execution_options(synchronize_session=False)
    )
