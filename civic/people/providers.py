# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in through a provider, and what its proof of identity is worth here.

The only key is what the provider calls the person, hashed: never an e-mail address, which may be anybody's. A proven
identity finds who was known from the counter; it proves neither residence nor the roll.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload

from civic.db.session import lock
from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.keys import current_keys
from civic.people.accounts import own_account
from civic.people.actors import actor_of_account
from civic.people.identity import CIVIL, CivilIdentity, first_name, fold, possible_birth
from civic.people.levels import add_verification
from civic.people.linked import LinkedIdentity
from civic.people.matching import find_person
from civic.people.merging import merge_persons
from civic.people.minors import note_birth
from civic.people.models import Account, Person, PersonIdentifier, Verification
from civic.people.naming import default_public_name
from civic.people.recognition import known_person, recognise
from civic.people.turns import one_at_a_time
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused
from civic.ports.identity import Proven

SCHEME = "provider"
"""Scheme of the identifier: issuer and subject, hashed."""

ORIGIN = "provider"
"""Origin of a verification; its `proof_kind` is the provider's name."""

KIND = "civic.account"


@dataclass(frozen=True)
class Entered:
    """Who came in. `was_known`: the account is new, the person is not (known from the counter or another account)."""

    account: Account
    is_new: bool = False
    was_known: bool = False


def enter_with(session: Session, proven: Proven, *, language: str, shows_names: str, at: datetime) -> Entered:
    """The account that a proven identity opens, made at the first time. Raises Refused for a closed account."""
    one_at_a_time(session)
    found = _link_of(session, proven)
    if found is None:
        return _enter_first(session, proven, language, shows_names, at)
    if found.account.closed_at is not None:
        raise Refused(Refusal("account_closed", _("This account is closed. Ask the town.")))
    found.last_used_at, found.provider = at, proven.provider
    identity = _civil(proven, at)
    if identity is not None and not is_identity_proven(session, found.account.person_id):
        person = known_person(session, found.account.person_id)
        _prove(session, _actor(session, found.account), person, identity, proven.provider, at)
    return Entered(found.account)


def link_to(session: Session, actor: Actor, proven: Proven, at: datetime) -> bool:
    """Let a proven identity open the actor's account too; True when two records turned out to be one person.

    Both have just been proven: the account by a recent confirmation, the identity by the provider. Raises Refused when
    they were verified as two different people.
    """
    one_at_a_time(session)
    account = own_account(session, actor)
    before = account.person_id
    joined = False
    found = _identifier_of(session, proven)
    if found is not None and found.person_id != before:
        merge_persons(session, actor, found.person_id, before, at)
        joined = True
    person = known_person(session, before)
    identity = _civil(proven, at)
    if identity is not None:
        person = _prove(session, actor, person, identity, proven.provider, at)
        joined = joined or person.id != before
    _keep(session, person, account, proven, at)
    _journal(session, actor, "link_identity", account.id, proven.provider, at)
    return joined


def confirm_with(session: Session, actor: Actor, proven: Proven, at: datetime) -> Account:
    """The actor's account, when the identity is one that opens it. Raises Refused when it is somebody else's."""
    found = _link_of(session, proven)
    account = own_account(session, actor)
    if found is None or found.identifier.person_id != account.person_id:
        raise Refused(Refusal("other_account", _("This identity does not open the account you are signed in with.")))
    found.last_used_at = at
    return account


def unlink(session: Session, actor: Actor, link_id: int, at: datetime) -> None:
    """Let an identity no longer open its account. Raises Refused when it is the last way in, or not the actor's."""
    found = session.get(LinkedIdentity, link_id, options=[joinedload(LinkedIdentity.identifier)])
    if found is None or actor.person_id is None or found.identifier.person_id != actor.person_id:
        raise Refused(Refusal("no_link", _("This way to sign in does not exist any more.")))
    account = lock(session, Account, found.account_id)
    others = select(func.count()).where(LinkedIdentity.account_id == found.account_id, LinkedIdentity.id != link_id)
    if account is not None and not account.email and not session.scalar(others):
        message = _("This is the only way into this account: add an e-mail address first.")
        raise Refused(Refusal("last_way_in", message))
    provider, identifier_id = found.provider, found.identifier_id
    session.execute(delete(LinkedIdentity).where(LinkedIdentity.id == link_id))
    session.execute(delete(PersonIdentifier).where(PersonIdentifier.id == identifier_id))
    _journal(session, actor, "unlink_identity", found.account_id, provider, at)


def linked_identities(session: Session, person_id: int) -> Sequence[LinkedIdentity]:
    """The identities that open a person's accounts, oldest first."""
    return session.scalars(
        select(LinkedIdentity)
        .join(PersonIdentifier, LinkedIdentity.identifier_id == PersonIdentifier.id)
        .where(PersonIdentifier.person_id == person_id)
        .order_by(LinkedIdentity.id)
    ).all()


def is_identity_proven(session: Session, person_id: int) -> bool:
    """Whether names and date of birth were proven, at a provider or on a document that was seen."""
    known = select(PersonIdentifier.id).where(PersonIdentifier.person_id == person_id, PersonIdentifier.scheme == CIVIL)
    return session.scalar(known.limit(1)) is not None


def _enter_first(session: Session, proven: Proven, language: str, shows_names: str, at: datetime) -> Entered:
    """An account without an address, for who is known by this identity, or for somebody new."""
    identity = _civil(proven, at)
    owner = find_person(session, identity, seen=True).person_id if identity is not None else None
    person = known_person(session, owner) if owner is not None else _new_person(session, at)
    account = Account(person_id=person.id, email="", language=language, created_at=at)
    session.add(account)
    session.flush()
    actor = _actor(session, account)
    if identity is not None:
        person = _prove(session, actor, person, identity, proven.provider, at)
    else:
        _note_said(session, person, proven, at)
    if not person.display_name:
        person.display_name = default_public_name(person, shows_names)
    _keep(session, person, account, proven, at)
    _journal(session, actor, "link_identity", account.id, proven.provider, at)
    return Entered(account, is_new=True, was_known=owner is not None)


def _note_said(session: Session, person: Person, proven: Proven, at: datetime) -> None:
    """What a provider tells of somebody new without proving it: names, and that they are a minor."""
    person.given_name = first_name(proven.first_names) if proven.first_names else ""
    person.family_name = proven.usage_name or proven.surname
    if proven.birth_date is not None and possible_birth(proven.birth_date, _today(at)):
        note_birth(session, person, proven.birth_date, at, seen=False)


def _prove(
    session: Session, actor: Actor, person: Person, identity: CivilIdentity, provider: str, at: datetime
) -> Person:
    """Keep that the identity is proven: whoever else has it is the same person. Raises Refused where it contradicts."""
    person, _merged = recognise(session, actor, person, identity, at)
    known = select(Verification.id).where(
        Verification.person_id == person.id, Verification.origin == ORIGIN, Verification.proof_kind == provider
    )
    if session.scalar(known.limit(1)) is None:
        add_verification(session, person, "email", ORIGIN, at=at, proof_kind=provider)
        record(
            session,
            actor,
            "prove_identity",
            kind="civic.person",
            subject_id=person.id,
            at=at,
            details={"provider": provider, "level": person.level},
        )
    return person


def _keep(session: Session, person: Person, account: Account, proven: Proven, at: datetime) -> None:
    """Write the identifier and the account that it opens, or change the account."""
    identifier = _identifier_of(session, proven)
    if identifier is None:
        identifier = PersonIdentifier(person_id=person.id, scheme=SCHEME, hash=_hash(proven))
        session.add(identifier)
        session.flush()
    found = session.scalar(select(LinkedIdentity).where(LinkedIdentity.identifier_id == identifier.id))
    if found is None:
        found = LinkedIdentity(identifier_id=identifier.id, linked_at=at)
        session.add(found)
    found.account_id, found.provider, found.last_used_at = account.id, proven.provider, at
    session.flush()


def _civil(proven: Proven, at: datetime) -> CivilIdentity | None:
    """The civil identity, when the provider proves one and it is whole."""
    born = proven.birth_date
    if not proven.proves_identity or born is None or not possible_birth(born, _today(at)):
        return None
    if not fold(proven.surname) or not fold(proven.first_names):
        return None
    return CivilIdentity(proven.surname, proven.first_names, born, proven.usage_name)


def _today(at: datetime) -> date:
    """The day in the town's zone."""
    return at.astimezone(current_zone()).date()


def _identifier_of(session: Session, proven: Proven) -> PersonIdentifier | None:
    """The identifier of what the provider calls this person."""
    return session.scalar(
        select(PersonIdentifier).where(PersonIdentifier.scheme == SCHEME, PersonIdentifier.hash == _hash(proven))
    )


def _link_of(session: Session, proven: Proven) -> LinkedIdentity | None:
    """The account it opens, with its identifier."""
    return session.scalar(
        select(LinkedIdentity)
        .join(PersonIdentifier, LinkedIdentity.identifier_id == PersonIdentifier.id)
        .options(joinedload(LinkedIdentity.account), joinedload(LinkedIdentity.identifier))
        .where(PersonIdentifier.scheme == SCHEME, PersonIdentifier.hash == _hash(proven))
    )


def _hash(proven: Proven) -> str:
    """Keyed hash of issuer and subject: two providers may use the same subject for two people."""
    return current_keys().identity_hash(SCHEME, f"{proven.issuer}\x1f{proven.subject}")


def _new_person(session: Session, at: datetime) -> Person:
    """A row for somebody nobody knew."""
    person = Person(created_at=at)
    session.add(person)
    session.flush()
    return person


def _actor(session: Session, account: Account) -> Actor:
    """Who acts: the account that is being opened."""
    actor = actor_of_account(session, account.id)
    assert actor is not None  # it is open
    return actor


def _journal(session: Session, actor: Actor, act: str, account_id: int, provider: str, at: datetime) -> None:
    """That a way in was added or removed."""
    record(session, actor, act, kind=KIND, subject_id=account_id, at=at, details={"provider": provider})
