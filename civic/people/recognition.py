# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is behind a civil identity: seen on a document at the counter, or only written beside a document sent online.

What was seen makes two records one. What was only written proves nothing about who wrote it: it never joins records,
and gives way to what is seen.
"""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.people.identity import CIVIL, CLAIMED, CivilIdentity, first_name
from civic.people.levels import end_verifications, recompute
from civic.people.merging import merge_persons
from civic.people.models import Person, PersonIdentifier
from civic.people.turns import one_at_a_time
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused

KIND = "civic.person"


def known_person(session: Session, person_id: int) -> Person:
    """The person, locked, after the lock of recognition. Raises Refused for a tombstone or a merged row."""
    one_at_a_time(session)
    person = lock(session, Person, person_id)
    if person is None or person.erased_at is not None:
        raise Refused(Refusal("erased", _("This person’s data was erased: nothing can be added.")))
    if person.merged_into_id is not None:
        raise Refused(Refusal("merged", _("This person was joined with another record: open that one.")))
    return person


def recognise(
    session: Session, actor: Actor, person: Person, identity: CivilIdentity, at: datetime
) -> tuple[Person, int | None]:
    """The person behind an identity seen at the counter, merged with the row that had it; and the row that is no more.

    Whoever had only written that identity beside a document loses what it gave. Raises Refused for an identity that
    contradicts the one that was seen before.
    """
    own = session.scalar(
        select(PersonIdentifier.hash).where(PersonIdentifier.person_id == person.id, PersonIdentifier.scheme == CIVIL)
    )
    if own is not None and own != identity.hash:
        raise Refused(_OTHER_IDENTITY)
    _end_claims(session, actor, person, identity, at)
    owner = owner_of(session, CIVIL, identity.hash)
    merged = None
    if owner is None:
        take_identifier(session, person, CIVIL, identity.hash)
    elif owner != person.id:
        merged = person.id
        merge_persons(session, actor, person.id, owner, at)
        person = session.get_one(Person, owner)
    fill_person(person, identity)
    session.flush()
    return person, merged


def claim_identity(session: Session, person: Person, identity: CivilIdentity) -> None:
    """Keep the identity written beside a document sent online, so that it serves one person only.

    Raises Refused when it is someone else's already, or contradicts the one seen at the counter: records are joined
    only by an identity document that was seen, or by a code sent to the other account's address.
    """
    known = session.execute(
        select(PersonIdentifier.scheme, PersonIdentifier.hash).where(
            PersonIdentifier.person_id == person.id, PersonIdentifier.scheme.in_((CIVIL, CLAIMED))
        )
    ).all()
    seen = [row.hash for row in known if row.scheme == CIVIL]
    if any(one != identity.hash for one in seen):
        raise Refused(_OTHER_IDENTITY)
    owners = {owner_of(session, scheme, identity.hash) for scheme in (CIVIL, CLAIMED)}
    if owners - {None, person.id}:
        raise Refused(_KNOWN_IDENTITY)
    if not seen:
        _drop_claims(session, PersonIdentifier.person_id == person.id)
        take_identifier(session, person, CLAIMED, identity.hash)
    fill_person(person, identity)


def own_identifier(session: Session, person: Person, scheme: str, hashed: str) -> None:
    """Make the identifier the person's. Raises Refused when it is someone else's."""
    owner = owner_of(session, scheme, hashed)
    if owner is None:
        take_identifier(session, person, scheme, hashed)
    elif owner != person.id:
        message = _("This line of the list was already recognised as someone else’s. Ask an administrator to look.")
        raise Refused(Refusal("line_taken", message))


def _end_claims(session: Session, actor: Actor, person: Person, identity: CivilIdentity, at: datetime) -> None:
    """The identity document was seen: what the person had written gives way, and so does whoever had written the same."""
    _drop_claims(session, PersonIdentifier.person_id == person.id)
    claimant = owner_of(session, CLAIMED, identity.hash)
    if claimant is None:
        return
    _drop_claims(session, PersonIdentifier.hash == identity.hash)
    other = lock(session, Person, claimant)
    assert other is not None  # the identifier refers to it
    end_verifications(session, claimant, "residence", at, origin="upload")
    recompute(session, other, at)
    record(session, actor, "end_claim", kind=KIND, subject_id=claimant, at=at, details={"level": other.level})


def _drop_claims(session: Session, which: ColumnElement[bool]) -> None:
    """Forget identities that were only written."""
    session.execute(delete(PersonIdentifier).where(PersonIdentifier.scheme == CLAIMED, which))


def fill_person(person: Person, identity: CivilIdentity) -> None:
    """The year of birth, and the names where the person gave none."""
    person.birth_year = identity.birth_date.year
    if not person.given_name and not person.family_name:
        person.given_name, person.family_name = (
            first_name(identity.first_names),
            identity.usage_name or identity.surname,
        )


def take_identifier(session: Session, person: Person, scheme: str, hashed: str) -> None:
    """Write the identifier. Raises Refused when a colleague wrote it for someone at the same moment."""
    try:
        with session.begin_nested():
            session.add(PersonIdentifier(person_id=person.id, scheme=scheme, hash=hashed))
    except IntegrityError:
        message = _("A colleague has just verified the same identity: look at the person again.")
        raise Refused(Refusal("verified_meanwhile", message)) from None


def owner_of(session: Session, scheme: str, hashed: str) -> int | None:
    """The person who has the identifier."""
    return session.scalar(
        select(PersonIdentifier.person_id)
        .where(PersonIdentifier.scheme == scheme, PersonIdentifier.hash == hashed)
        .with_for_update()
    )


_OTHER_IDENTITY = Refusal(
    "other_identity",
    _(
        "Another identity was verified for this account. Check that you opened the right person: a family may "
        "share one address."
    ),
)
_KNOWN_IDENTITY = Refusal(
    "known_identity",
    _(
        "The town already knows someone with this identity, under another account. A document sent online does not "
        "show who sent it: do not accept it; ask the person to come to the counter with an identity document."
    ),
)
