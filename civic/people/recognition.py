# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is behind a civil identity: seen on a document at the counter, or only written beside a document sent online.

What was seen makes two records one. What was only written proves nothing about who wrote it: it never joins records,
and gives way to what is seen.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.journal.entries import record
from civic.people.doubtful_pairs import note_doubt, told_apart
from civic.people.identity import CIVIL, CLAIMED, SAID, CivilIdentity, first_name
from civic.people.known_identity import Contact, keep_identity
from civic.people.levels import end_verifications, recompute
from civic.people.matching import find_person, is_identity_of
from civic.people.merging import merge_persons
from civic.people.minors import note_birth
from civic.people.models import Person, PersonIdentifier
from civic.people.owners import owner_of
from civic.people.turns import one_at_a_time
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused

KIND = "civic.person"
MOST_DOUBTS = 20
"""Pairs noted for one person: beyond, the list would say nothing."""


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

    Written exactly alike, or in a way that the rules of names call the same. Whoever is near enough for someone to look
    is noted as a doubtful pair, and nobody waits. Whoever had only written that identity beside a document loses what
    it gave. Raises Refused for an identity that contradicts the one that was seen before.
    """
    refuse_other_identity(session, person, identity)
    _end_claims(session, actor, person, identity, at)
    match = find_person(session, identity, seen=True, besides=told_apart(session, person.id))
    merged = None
    if match.person_id is not None and match.person_id != person.id:
        merged = person.id
        merge_persons(session, actor, person.id, match.person_id, at, proven=True)
        person = session.get_one(Person, match.person_id)
    own_identity(session, person, identity, CIVIL, at=at)
    note_doubts(session, actor, person.id, match.near, at)
    fill_person(session, person, identity, at, seen=True)
    session.flush()
    return person, merged


def refuse_other_identity(session: Session, person: Person, identity: CivilIdentity) -> None:
    """Raise Refused when another identity was seen for the person, unless the rules of names call both the same."""
    own = session.scalars(
        select(PersonIdentifier.hash).where(PersonIdentifier.person_id == person.id, PersonIdentifier.scheme == CIVIL)
    ).all()
    if own and identity.hash not in own and not is_identity_of(session, person.id, identity):
        raise Refused(_OTHER_IDENTITY)


def own_identity(
    session: Session,
    person: Person,
    identity: CivilIdentity,
    scheme: str,
    *,
    contact: Contact | None = None,
    at: datetime,
) -> None:
    """Keep that the person is known under this identity, seen (`civil`) or said, and what it says, sealed.

    What is seen takes the place of what was said. Raises Refused when it is someone else's: the caller has looked.
    """
    hashed = identity.hash
    own = (PersonIdentifier.person_id == person.id, PersonIdentifier.hash == hashed)
    known = session.scalar(select(PersonIdentifier).where(*own, PersonIdentifier.scheme.in_((CIVIL, scheme))))
    said = session.scalar(select(PersonIdentifier).where(*own, PersonIdentifier.scheme == SAID))
    if known is None and said is not None:
        said.scheme, known = scheme, said
    if known is None:
        take_identifier(session, person, scheme, hashed)
        known = session.scalars(select(PersonIdentifier).where(*own, PersonIdentifier.scheme == scheme)).one()
    keep_identity(session, known, identity, contact or Contact(), at)


def note_doubts(
    session: Session, actor: Actor, person_id: int, near: Sequence[tuple[int, str]], at: datetime
) -> tuple[int, ...]:
    """Put a person and those who are near in the list of doubtful pairs; ids of the pairs that were not known yet."""
    noted = [
        note_doubt(session, person_id, other, reason, at=at, account_id=actor.account_id)
        for other, reason in near[:MOST_DOUBTS]
        if other != person_id
    ]
    return tuple(pair for pair in noted if pair is not None)


def claim_identity(session: Session, actor: Actor, person: Person, identity: CivilIdentity, at: datetime) -> None:
    """Keep the identity written beside a document sent online, so that it serves one person only.

    Raises Refused when it is someone else's already, or contradicts the one seen at the counter: records are joined
    only by an identity document that was seen, or by a code sent to the other account's address. Only its hash is kept.
    """
    refuse_other_identity(session, person, identity)
    match = find_person(session, identity, seen=False, besides=told_apart(session, person.id))
    if match.person_id not in (None, person.id):
        raise Refused(_KNOWN_IDENTITY)
    if not _is_seen(session, person):
        _drop_claims(session, PersonIdentifier.person_id == person.id)
        take_identifier(session, person, CLAIMED, identity.hash)
    note_doubts(session, actor, person.id, match.near, at)
    fill_person(session, person, identity, at, seen=False)


def _is_seen(session: Session, person: Person) -> bool:
    """Whether an identity document of the person was seen."""
    seen = select(PersonIdentifier.id).where(PersonIdentifier.person_id == person.id, PersonIdentifier.scheme == CIVIL)
    return session.scalar(seen.limit(1)) is not None


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
    if claimant is not None:
        end_claim(session, actor, claimant, at)


def end_claim(session: Session, actor: Actor, claimant_id: int, at: datetime) -> None:
    """Take back what someone proved by an identity that was only written and is another person's."""
    _drop_claims(session, PersonIdentifier.person_id == claimant_id)
    other = lock(session, Person, claimant_id)
    assert other is not None  # the identifier referred to it
    end_verifications(session, claimant_id, "residence", at, origin="upload")
    recompute(session, other, at)
    record(session, actor, "end_claim", kind=KIND, subject_id=claimant_id, at=at, details={"level": other.level})


def _drop_claims(session: Session, which: ColumnElement[bool]) -> None:
    """Forget identities that were only written."""
    session.execute(delete(PersonIdentifier).where(PersonIdentifier.scheme == CLAIMED, which))


def fill_person(session: Session, person: Person, identity: CivilIdentity, at: datetime, *, seen: bool) -> None:
    """The year of birth, the names where the person gave none, and whether they are a minor."""
    person.birth_year = identity.birth_date.year
    if not person.given_name and not person.family_name:
        person.given_name, person.family_name = (
            first_name(identity.first_names),
            identity.usage_name or identity.surname,
        )
    note_birth(session, person, identity.birth_date, at, seen=seen)


def take_identifier(session: Session, person: Person, scheme: str, hashed: str) -> None:
    """Write the identifier. Raises Refused when a colleague wrote it for someone at the same moment."""
    try:
        with session.begin_nested():
            session.add(PersonIdentifier(person_id=person.id, scheme=scheme, hash=hashed))
    except IntegrityError:
        message = _("A colleague has just verified the same identity: look at the person again.")
        raise Refused(Refusal("verified_meanwhile", message)) from None


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
