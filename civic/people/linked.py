# SPDX-License-Identifier: AGPL-3.0-or-later
"""Which account a provider's name for a person opens, and the sealed proof that is needed to sign out there."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, delete, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from civic.db.base import Base, Key
from civic.keys import current_keys
from civic.people.actors import token_hash
from civic.people.models import Account, PersonIdentifier, SignInSession
from civic.people.sealing import decrypt, encrypt

PURPOSE = "id token"
"""What the key derived for it serves."""


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


def keep_id_token(session: Session, token: str, provider: str, id_token: str) -> None:
    """Keep what signing out at the provider will ask for, with the session of this random token."""
    session_id = session.scalar(select(SignInSession.id).where(SignInSession.token_hash == token_hash(token)))
    if session_id is None or not id_token:
        return
    sealed = encrypt(current_keys().session, PURPOSE, str(session_id), id_token.encode())
    session.add(ProviderSession(session_id=session_id, provider=provider, id_token=sealed))


def forget_ended(session: Session, at: datetime) -> None:
    """Forget the ID tokens of sessions that are over without signing out; called every day."""
    over = select(SignInSession.id).where(or_(SignInSession.ended_at.is_not(None), SignInSession.expires_at < at))
    session.execute(delete(ProviderSession).where(ProviderSession.session_id.in_(over)))


def take_id_token(session: Session, session_id: int) -> tuple[str, str] | None:
    """The provider a session was opened through and its ID token, which is forgotten; None for any other session."""
    found = session.get(ProviderSession, session_id)
    if found is None:
        return None
    id_token = decrypt(current_keys().session, PURPOSE, str(session_id), found.id_token).decode()
    session.delete(found)
    return found.provider, id_token
