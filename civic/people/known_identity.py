# SPDX-License-Identifier: AGPL-3.0-or-later
"""The identity behind a verified identifier, sealed: opened to compare two persons, to write a letter, to export.

A hash finds who is written exactly alike; names that are written in another way must be read to be compared. So the
names, the date of birth and the address for answers are kept encrypted under a key of the instance that no database
backup holds, found by a keyed hash of the date of birth, and destroyed with the identifier.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from cryptography.exceptions import InvalidTag
from sqlalchemy import ForeignKey, LargeBinary, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from civic.db.base import Base
from civic.keys import current_keys
from civic.people.identity import CivilIdentity
from civic.people.models import PersonIdentifier
from civic.people.names import Written
from civic.people.sealing import decrypt, encrypt

_PURPOSE = "known identity"
_BIRTH = "birth"


class KnownIdentity(Base):
    """What an agent read on a document or was told, sealed beside the hash that stands for it."""

    __tablename__ = "civic_known_identity"
    __table_args__ = (UniqueConstraint("identifier_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    identifier_id: Mapped[int] = mapped_column(ForeignKey("civic_person_identifier.id", ondelete="CASCADE"))
    birth_hash: Mapped[str] = mapped_column(String(64), index=True)
    """Keyed hash of the date of birth: the few who may be compared are found without opening the others."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Bound to the identifier's hash: it opens in no other row."""
    at: Mapped[datetime]
    """When it was last seen or said."""


@dataclass(frozen=True)
class Contact:
    """Where answers go for someone without an account; each part may be empty. E-mail and mobile are unproven."""

    address: str = ""
    email: str = ""
    mobile: str = ""
    """In the international form; short texts go there, with the person's consent."""


@dataclass(frozen=True)
class Opened:
    """A sealed identity that was opened."""

    person_id: int
    scheme: str
    identity: CivilIdentity
    contact: Contact
    at: datetime

    @property
    def written(self) -> Written:
        """What is compared."""
        return written(self.identity)


def written(identity: CivilIdentity) -> Written:
    """An identity as `names.compare` takes it."""
    return Written(identity.surname, identity.first_names, identity.birth_date, identity.usage_name)


def keep_identity(
    session: Session, identifier: PersonIdentifier, identity: CivilIdentity, contact: Contact, at: datetime
) -> None:
    """Seal the identity beside its identifier; an address or a usage name that is empty now leaves the former one."""
    known = session.scalar(select(KnownIdentity).where(KnownIdentity.identifier_id == identifier.id))
    before = _open(identifier.hash, known.sealed) if known is not None else {}
    fresh = {
        "surname": identity.surname,
        "first_names": identity.first_names,
        "birth_date": identity.birth_date.isoformat(),
        "usage_name": identity.usage_name or before.get("usage_name", ""),
        "address": contact.address or before.get("address", ""),
        "email": contact.email or before.get("email", ""),
        "mobile": contact.mobile or before.get("mobile", ""),
    }
    sealed = encrypt(current_keys().identity, _PURPOSE, identifier.hash, json.dumps(fresh).encode())
    if known is None:
        hashed = birth_hash(identity.birth_date)
        session.add(KnownIdentity(identifier_id=identifier.id, birth_hash=hashed, sealed=sealed, at=at))
    else:
        known.sealed, known.at = sealed, at
    session.flush()


def forget_contact(session: Session, person_id: int) -> None:
    """Forget the addresses and the number for answers of a person; the identities stay."""
    rows = session.execute(
        select(KnownIdentity, PersonIdentifier.hash)
        .join(PersonIdentifier, PersonIdentifier.id == KnownIdentity.identifier_id)
        .where(PersonIdentifier.person_id == person_id)
    ).all()
    for known, owner in rows:
        found = _open(owner, known.sealed)
        if found:
            bare = json.dumps({**found, "address": "", "email": "", "mobile": ""}).encode()
            known.sealed = encrypt(current_keys().identity, _PURPOSE, owner, bare)
    session.flush()


def birth_hash(day: date) -> str:
    """Keyed hash of a date of birth."""
    return current_keys().identity_hash(_BIRTH, day.isoformat())


def born_on(session: Session, days: Iterable[date]) -> Iterator[Opened]:
    """The identities of everyone known who was born on one of these days."""
    hashes = [birth_hash(day) for day in days]
    yield from _opened(session, _SEALED.where(KnownIdentity.birth_hash.in_(hashes)))


def identities_of(session: Session, person_id: int) -> list[Opened]:
    """The identities under which a person is known, the latest first."""
    own = _SEALED.where(PersonIdentifier.person_id == person_id)
    return list(_opened(session, own.order_by(KnownIdentity.at.desc(), KnownIdentity.id.desc())))


def identities_of_all(session: Session, person_ids: Iterable[int]) -> dict[int, list[Opened]]:
    """The same for several persons, in one query; those of whom nothing is known are left out."""
    theirs = _SEALED.where(PersonIdentifier.person_id.in_(person_ids))
    found: dict[int, list[Opened]] = {}
    for opened in _opened(session, theirs.order_by(KnownIdentity.at.desc(), KnownIdentity.id.desc())):
        found.setdefault(opened.person_id, []).append(opened)
    return found


def contact_of(session: Session, person_id: int) -> Contact:
    """Where answers to a person go, the latest that was given; empty where nothing is known."""
    return contact_among(identities_of(session, person_id))


def contact_among(identities: Iterable[Opened]) -> Contact:
    """Where answers go, among the identities of one person, the latest first."""
    found = [opened.contact for opened in identities]
    return Contact(
        next((contact.address for contact in found if contact.address), ""),
        next((contact.email for contact in found if contact.email), ""),
        next((contact.mobile for contact in found if contact.mobile), ""),
    )


_SEALED = select(
    PersonIdentifier.person_id, PersonIdentifier.scheme, PersonIdentifier.hash, KnownIdentity.sealed, KnownIdentity.at
).join(PersonIdentifier, PersonIdentifier.id == KnownIdentity.identifier_id)


def _opened(session: Session, query: "Select[int, str, str, bytes, datetime]") -> Iterator[Opened]:
    """Each row opened; one sealed under a key that was lost says nothing any more, and is passed."""
    for row in session.execute(query):
        found = _open(row.hash, row.sealed)
        if found:
            identity = CivilIdentity(
                found["surname"],
                found["first_names"],
                date.fromisoformat(found["birth_date"]),
                found["usage_name"],
            )
            yield Opened(row.person_id, row.scheme, identity, _contact(found), row.at)


def _contact(found: dict[str, str]) -> Contact:
    """Where answers go; what was sealed before numbers were asked for has none."""
    return Contact(found["address"], found["email"], found.get("mobile", ""))


def _open(owner: str, sealed: bytes) -> dict[str, str]:
    """What was sealed; nothing when the instance's key has changed since."""
    try:
        found: dict[str, str] = json.loads(decrypt(current_keys().identity, _PURPOSE, owner, sealed))
    except InvalidTag:
        return {}
    return found
