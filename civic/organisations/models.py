# SPDX-License-Identifier: AGPL-3.0-or-later
"""An organisation and those who may speak for it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, column
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key

REQUESTED, ACCEPTED, REFUSED, WITHDRAWN, CLOSED = "requested", "accepted", "refused", "withdrawn", "closed"
NUMBERED = (REQUESTED, ACCEPTED, CLOSED)
"""States in which a number is taken; a refused or withdrawn request leaves it to whoever it belongs to."""

_IS_NUMBERED = column("state").in_(NUMBERED)


class Organisation(Base):
    """An association, a company or a school. It is no person: it has no support, no vote and no account."""

    __tablename__ = "civic_organisation"
    __table_args__ = (
        Index(
            "uq_civic_organisation_number",
            "number",
            unique=True,
            sqlite_where=_IS_NUMBERED,
            postgresql_where=_IS_NUMBERED,
        ),
        Index(None, "state", "requested_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Key)
    """association, company, school."""
    number: Mapped[str] = mapped_column(String(14))
    """RNA, SIREN or UAI number, without blanks: the three have forms of their own, so one index serves all."""
    name: Mapped[str] = mapped_column(String(160))
    slug: Mapped[str] = mapped_column(Key, unique=True)
    purpose: Mapped[str] = mapped_column(default="")
    """What it does, in its own words, public once accepted."""
    state: Mapped[str] = mapped_column(Key, default=REQUESTED)
    """requested, accepted, refused, withdrawn, closed."""
    requested_by_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    requested_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(default="")
    """Why it was refused or closed; its members read it."""

    @property
    def is_public(self) -> bool:
        """Whether it has a page: what a closed one said stays readable."""
        return self.state in (ACCEPTED, CLOSED)


class OrganisationMember(Base):
    """Someone who may speak for an organisation, or who was invited to and has not answered yet."""

    __tablename__ = "civic_organisation_member"
    __table_args__ = (UniqueConstraint("organisation_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("civic_organisation.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("civic_person.id"), index=True)
    """None until the invitation is accepted."""
    email: Mapped[str] = mapped_column(String(254), default="", index=True)
    """Address of the invitation, emptied with the answer."""
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    created_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
