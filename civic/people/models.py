# SPDX-License-Identifier: AGPL-3.0-or-later
"""A person is known once; an account is a way to sign in; nothing about identity is kept in clear."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db.base import Base, Key
from civic.db.types import PerLanguage


class Department(Base):
    """A municipal service that can be responsible for an item."""

    __tablename__ = "civic_department"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    name: Mapped[PerLanguage]
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")


class Person(Base):
    """Someone known once, whatever the accounts and paper. Erasure leaves the row empty (a tombstone)."""

    __tablename__ = "civic_person"

    id: Mapped[int] = mapped_column(primary_key=True)
    given_name: Mapped[str] = mapped_column(String(100), default="")
    family_name: Mapped[str] = mapped_column(String(100), default="")
    display_name: Mapped[str] = mapped_column(String(120), default="")
    """Chosen public name; default first name and initial."""
    birth_year: Mapped[int | None]
    quartier_id: Mapped[int | None] = mapped_column(ForeignKey("civic_quartier.id"))
    level: Mapped[str] = mapped_column(Key, default="declared")
    """Highest valid verification level: declared, email, residence, roll."""
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("civic_person.id"))


class PersonIdentifier(Base):
    """A verified identifier of a person, as a hash keyed by the instance: unique per scheme and hash."""

    __tablename__ = "civic_person_identifier"
    __table_args__ = (UniqueConstraint("scheme", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    scheme: Mapped[str] = mapped_column(Key)
    """provider subject, roll number or civil identity: `provider`, `roll`, `civil`."""
    hash: Mapped[str] = mapped_column(String(64))


class Verification(Base):
    """That a level was verified: how, from what kind of proof, of what date, by which agent. Never the proof itself."""

    __tablename__ = "civic_verification"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    level: Mapped[str] = mapped_column(Key)
    origin: Mapped[str] = mapped_column(Key)
    """email, desk, roll, list."""
    proof_kind: Mapped[str] = mapped_column(Key, default="")
    proof_on: Mapped[date | None]
    agent_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    at: Mapped[datetime]
    expires_at: Mapped[datetime | None]


class RollEntry(Base):
    """A line of the electoral roll or of the town's own list, as keyed hashes: enough to recognise, not to read."""

    __tablename__ = "civic_roll_entry"
    __table_args__ = (UniqueConstraint("list_name", "number_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[str] = mapped_column(Key)
    """`roll` for the electoral roll, otherwise the town's own list."""
    number_hash: Mapped[str] = mapped_column(String(64))
    civil_hash: Mapped[str] = mapped_column(String(64), index=True)
    quartier_id: Mapped[int | None] = mapped_column(ForeignKey("civic_quartier.id"))
    imported_at: Mapped[datetime]


class Account(Base):
    """A way to sign in. An e-mail address is not unique: a couple shares one; after the code one chooses the account."""

    __tablename__ = "civic_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("civic_person.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), index=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    totp_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Second factor, encrypted under the instance's session key; None until enrolled."""
    totp_used_step: Mapped[int | None]
    """Last 30 s step whose code was accepted: a code serves once (RFC 6238 §5.2)."""
    language: Mapped[str] = mapped_column(String(5), default="fr")
    title: Mapped[str] = mapped_column(String(120), default="")
    """Function shown under an answer: "adjointe à la nature en ville"."""
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class SignInSession(Base):
    """An open session, listed to its owner and ended by the server; the cookie holds a random token, here its hash."""

    __tablename__ = "civic_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    second_factor_at: Mapped[datetime | None]
    device: Mapped[str] = mapped_column(String(120), default="")
    account: Mapped[Account] = relationship()


class SignInCode(Base):
    """A code sent by e-mail, typed or followed by link; both forms are kept hashed and serve once."""

    __tablename__ = "civic_sign_in_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(Key)
    """sign_in, change_email, merge."""
    email: Mapped[str] = mapped_column(String(254), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id", ondelete="CASCADE"))
    code_hash: Mapped[str] = mapped_column(String(64))
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    browser_hash: Mapped[str] = mapped_column(String(64), index=True)
    """Hash of a random cookie: the code can be typed only in the browser that asked for it."""
    wrong_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role held by an account on the whole instance, in one space, or for one module; dated."""

    __tablename__ = "civic_role_grant"
    __table_args__ = (Index(None, "account_id", "role"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"))
    role: Mapped[str] = mapped_column(Key)
    space_id: Mapped[int | None] = mapped_column(ForeignKey("civic_item.id"))
    module: Mapped[str | None] = mapped_column(Key)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("civic_department.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"))
    granted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Delegation(Base):
    """A dated delegation of signature (CGCT L2122-18): the deputy signs in the official's place within the dates."""

    __tablename__ = "civic_delegation"
    __table_args__ = (CheckConstraint("until_on IS NULL OR until_on > from_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    official_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"), index=True)
    deputy_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"), index=True)
    act_reference: Mapped[str] = mapped_column(String(120))
    """Number of the arrêté that grants it."""
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    """First day on which it no longer holds."""


class Absence(Base):
    """Whoever is away is replaced by a named colleague; what reached the absent one reaches the replacement."""

    __tablename__ = "civic_absence"
    __table_args__ = (CheckConstraint("until_on > from_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("civic_account.id"), index=True)
    replacement_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    """First day back."""
    note: Mapped[str] = mapped_column(default="")


class PendingAct(Base):
    """What someone had typed before signing in: kept 24 h under a random cookie, given back where one was."""

    __tablename__ = "civic_pending_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    path: Mapped[str] = mapped_column(String(500))
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
