# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's answer to an item: drafted by a department, reviewed, signed by an elected official, corrected in public."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Numeric, String, event, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key
from civic.workflow.guarding import refuse_unguarded_state
from civic.workflow.stateful import Stateful

_OPEN = text("state NOT IN ('signed', 'dropped')")


class Answer(Stateful):
    """A motivated answer and the transition of its item that the signature performs. Nothing is public before."""

    __tablename__ = "civic_answer"
    __table_args__ = (
        Index(None, "item_id", "state"),
        Index(None, "state", "due_at"),
        Index(None, "state", "signed_at", "id"),
        # One answer in preparation per item, enforced by the database.
        Index("uq_civic_answer_open", "item_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"))
    transition: Mapped[str] = mapped_column(Key)
    """The item's transition that signing performs: accept, accept_partly, decline."""
    item_state: Mapped[str] = mapped_column(Key)
    """State of the item the draft was written for; a signature on another one is refused."""
    body: Mapped[str] = mapped_column(default="")
    """Markdown, in the town's language."""
    cost_eur: Mapped[int | None] = mapped_column(Numeric(12, 0, asdecimal=False))
    decision_reference: Mapped[str] = mapped_column(String(120), default="")
    planned_for: Mapped[str] = mapped_column(String(120), default="")
    department_id: Mapped[int | None] = mapped_column(ForeignKey("civic_department.id"))
    drafted_by_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    reviewed_digest: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of what the reviewer read; a later edit makes the review fall."""
    signer_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"), index=True)
    """The elected official who answers for it."""
    signed_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    """Who signed: the official, or a deputy or replacement under `delegation_id`."""
    delegation_id: Mapped[int | None] = mapped_column(ForeignKey("civic_delegation.id"))
    signer_name: Mapped[str] = mapped_column(String(200), default="")
    signer_title: Mapped[str] = mapped_column(String(200), default="")
    signed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


event.listen(Answer.state, "set", refuse_unguarded_state)


class AnswerStep(Base):
    """A step of the visa: who moved the answer on or back, when, with which comment. Never public."""

    __tablename__ = "civic_answer_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("civic_answer.id"), index=True)
    act: Mapped[str] = mapped_column(Key)
    by_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"))
    comment: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class AnswerCorrection(Base):
    """A published error corrected with notice and public reason; the former text stays readable."""

    __tablename__ = "civic_answer_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("civic_answer.id"), index=True)
    former_body: Mapped[str]
    former_facts: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default=text("'{}'"))
    """Cost, number of the decision and planned date as they were published, those that were corrected only."""
    reason: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"))
    at: Mapped[datetime]
