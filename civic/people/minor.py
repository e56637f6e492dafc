# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone under the age at which one may consent alone, and a parent's authorisation: one row, gone with that age."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key


class Minor(Base):
    """A person under the age the town set (15: Loi Informatique et Libertés, article 45).

    Of the date of birth only the day is kept on which that age is reached; then the whole row is deleted.
    """

    __tablename__ = "civic_minor"
    __table_args__ = (Index(None, "told_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), unique=True)
    of_age_on: Mapped[date]
    """The first day on which nobody's authorisation is needed any more."""
    age: Mapped[int]
    """The age the town asked for when that day was worked out; another one moves the day by as many years."""
    code: Mapped[str] = mapped_column(Key, unique=True)
    """Printed on the form, typed by the clerk: it finds the account, and opens nothing."""
    told_at: Mapped[datetime]
    guardian: Mapped[str] = mapped_column(String(160), default="")
    """Who holds parental authority and signed."""
    signed_on: Mapped[date | None]
    reference: Mapped[str] = mapped_column(String(160), default="")
    """Where the signed paper is kept."""
    recorded_at: Mapped[datetime | None]
    """Set while the authorisation stands."""
    recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    revoked_at: Mapped[datetime | None]
