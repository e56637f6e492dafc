# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which account a provider's name for a person opens, and the sealed proof that is needed to sign out there."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db.base import Base, Key
from civic.people.models import Account, PersonIdentifier


class LinkedIdentity(Base):
    """A provider's subject that opens an account; the subject itself is a keyed hash, in the identifier."""

    __tablename__ = "civic_linked_identity"

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier_id: Mapped[int] = mapped_column(
        ForeignKey("civic_person_identifier.id", ondelete="CASCADE"), unique=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(Key)
    """Its name in the configuration."""
    linked_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    account: Mapped[Account] = relationship()
    identifier: Mapped[PersonIdentifier] = relationship()


class ProviderSession(Base):
    """The ID token of a session opened through a provider, encrypted: signing out there asks for it (`id_token_hint`)."""

    __tablename__ = "civic_provider_session"

    session_id: Mapped[int] = mapped_column(ForeignKey("civic_session.id", ondelete="CASCADE"), primary_key=True)
    provider: Mapped[str] = mapped_column(Key)
    id_token: Mapped[bytes] = mapped_column(LargeBinary)
