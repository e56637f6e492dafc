# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the counter keeps: who was helped by whom, under which mandate, and each act that was entered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key
from civic.db.types import type_json


class CounterMandate(Base):
    """What someone asked a helper to enter for them: how they said so, on which day, which kinds of acts."""

    __tablename__ = "civic_counter_mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"), index=True)
    form: Mapped[str] = mapped_column(Key)
    """oral, signed or letter."""
    given_on: Mapped[date]
    kinds: Mapped[list[str]]
    """support, comment, question, or the kind of an item."""
    at: Mapped[datetime]


class CounterSitting(Base):
    """A helper with one person, from identifying them to ending; one open at a time for each helper."""

    __tablename__ = "civic_counter_sitting"
    __table_args__ = (
        Index(
            "ix_civic_counter_sitting_open",
            "helper_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index(None, "helper_id", "opened_on"),
        # SQLite never gives an id twice: an old page never becomes someone else's.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("civic_counter_mandate.id"))
    channel: Mapped[str] = mapped_column(Key)
    occasion: Mapped[str] = mapped_column(String(120), default="")
    """Which meeting it was heard at."""
    paper_on: Mapped[date | None]
    """Date of the letter, of the sheet or of the meeting."""
    paper_reference: Mapped[str] = mapped_column(String(80), default="")
    """Where the paper is kept: box, sheet, page of the minutes."""
    opened_on: Mapped[date]
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CounterSheet(Base):
    """A sheet of signatures being typed: the same items for everyone on it."""

    __tablename__ = "civic_counter_sheet"
    __table_args__ = (Index(None, "helper_id", "closed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"))
    item_ids: Mapped[list[int]] = mapped_column(type_json)
    channel: Mapped[str] = mapped_column(Key)
    occasion: Mapped[str] = mapped_column(String(120), default="")
    paper_on: Mapped[date]
    paper_reference: Mapped[str] = mapped_column(String(80))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class CounterLine(Base):
    """A line of a sheet that was answered: its token makes sending it again harmless."""

    __tablename__ = "civic_counter_line"
    __table_args__ = (UniqueConstraint("sheet_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("civic_counter_sheet.id"))
    token: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("civic_person.id"), index=True)
    outcome: Mapped[dict[str, Any]] = mapped_column(default=dict)
    at: Mapped[datetime]


class CounterAct(Base):
    """One act entered for someone: what the receipt, the report and the public mention are drawn from."""

    __tablename__ = "civic_counter_act"
    __table_args__ = (
        CheckConstraint("(sitting_id IS NULL) <> (sheet_id IS NULL)", name="from"),
        Index(None, "helper_id", "day"),
        Index(None, "day", "id"),
        Index(None, "item_id", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("civic_counter_sitting.id"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("civic_counter_sheet.id"), index=True)
    helper_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("civic_counter_mandate.id"))
    kind: Mapped[str] = mapped_column(Key)
    """support, comment, question, or the kind of the item that was begun."""
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"))
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("civic_comment.id"), index=True)
    channel: Mapped[str] = mapped_column(Key)
    occasion: Mapped[str] = mapped_column(String(120), default="")
    paper_on: Mapped[date | None]
    paper_reference: Mapped[str] = mapped_column(String(80), default="")
    day: Mapped[date]
    """The day in the town's zone."""
    at: Mapped[datetime]
    nonce: Mapped[str] = mapped_column(String(32), default="")
    """What the tracking code is drawn from, with the instance's key; empty once the person is erased."""
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Keyed hash of the tracking code."""
    withdrawn_at: Mapped[datetime | None]
