# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verification at the counter: the agent sees the documents, the portal keeps kind, date and agent, never the document."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.people.identity import CIVIL, ROLL, CivilIdentity, roll_number_hash
from civic.people.levels import add_verification
from civic.people.merging import merge_persons
from civic.people.models import Person, PersonIdentifier, RollEntry
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused
from civic.settings.store import portal_state

KIND = "civic.person"

PROOF_KINDS: Mapping[str, str] = {
    "bill": _("Energy, water or telephone bill"),
    "tax": _("Tax or housing notice"),
    "rent": _("Rent receipt"),
    "insurance": _("Home insurance certificate"),
    "hosting": _("Certificate of the person who houses them"),
    "shelter": _("Certificate of the social centre (no fixed address)"),
}
"""Documents accepted as proof of residence, in words."""

ELECTORAL = "roll"
OWN_LIST = "residents"
LIST_NAMES: Mapping[str, str] = {ELECTORAL: _("Electoral roll"), OWN_LIST: _("The town’s own list of residents")}
"""Lists that may be imported; only the first gives the level `roll`, the other gives `residence`."""


@dataclass(frozen=True)
class Proof:
    """What is kept of a document: its kind and the day it was issued."""

    kind: str
    issued_on: date


@dataclass(frozen=True)
class Verified:
    """The person who is known now; `merged_from` is the row that turned out to be the same person."""

    person: Person
    level: str
    merged_from: int | None = None


def people_settings(session: Session) -> PeopleSettings:
    """The town's rules about persons."""
    return portal_state(session).settings(PEOPLE_SCOPE, PeopleSettings)


def verify_residence(
    session: Session,
    actor: Actor,
    person_id: int,
    proof: Proof,
    identity: CivilIdentity,
    *,
    quartier_id: int | None = None,
    at: datetime,
) -> Verified:
    """Verify residence on a document seen by the agent, and know the person by their civil identity.

    When that identity is already known, both rows are one person: they are merged and the known one is kept.
    Raises Missing for a document that is too old, in the future or of an unknown kind; Refused for an identity that
    contradicts what was verified before.
    """
    rules = people_settings(session)
    today = at.astimezone(current_zone()).date()
    _check_proof(proof, rules, today)
    person, merged = _recognise(session, actor, _known(session, person_id), identity, at)
    if quartier_id is not None:
        person.quartier_id = quartier_id
    until = add_months(today, rules.residence_months)
    add_verification(
        session,
        person,
        "residence",
        "desk",
        at=at,
        proof_kind=proof.kind,
        proof_on=proof.issued_on,
        agent_id=actor.account_id,
        expires_at=datetime.combine(until, time.min, current_zone()).astimezone(UTC),
    )
    _journal(session, actor, "verify_residence", person, at, proof=proof.kind, issued=proof.issued_on.isoformat())
    return Verified(person, person.level, merged)


def verify_on_list(
    session: Session,
    actor: Actor,
    person_id: int,
    identity: CivilIdentity,
    *,
    list_name: str = ELECTORAL,
    number: str = "",
    at: datetime,
) -> Verified:
    """Recognise someone on an imported list from the identity document, with the number where two are alike.

    The quartier comes from the list. Raises Refused with what to do when nobody, or somebody else, answers.
    """
    entry = matching_entry(session, list_name, identity, number)
    person, merged = _recognise(session, actor, _known(session, person_id), identity, at)
    _own_identifier(session, person, _scheme(list_name), entry.number_hash)
    if entry.quartier_id is not None:
        person.quartier_id = entry.quartier_id
    level, origin = ("roll", "roll") if list_name == ELECTORAL else ("residence", "list")
    add_verification(session, person, level, origin, at=at, agent_id=actor.account_id)
    _journal(session, actor, "verify_on_list", person, at, list=list_name)
    return Verified(person, person.level, merged)


def matching_entry(session: Session, list_name: str, identity: CivilIdentity, number: str = "") -> RollEntry:
    """The line of the list that is this person's: by civil identity, told apart or confirmed by the number.

    A number alone is enough when no line has this identity (a first name missing from the list): the agent holds both
    documents. A number that belongs to another line than the identity is refused.
    """
    alike = session.scalars(
        select(RollEntry).where(RollEntry.list_name == list_name, RollEntry.civil_hash == identity.hash)
    ).all()
    by_number = None
    if number.strip():
        wanted = roll_number_hash(list_name, number)
        by_number = session.scalar(
            select(RollEntry).where(RollEntry.list_name == list_name, RollEntry.number_hash == wanted)
        )
        if by_number is None:
            raise Missing({"number": _("This number is not in the list that was imported.")})
        if alike and by_number not in alike:
            raise Missing({"number": _("This number belongs to someone else in the list: read it again.")})
        return by_number
    if not alike:
        message = _(
            "Nobody in the list has this surname, these first names and this date of birth. Check them against the "
            "document, or type the number of the line."
        )
        raise Refused(Refusal("not_on_list", message))
    if len(alike) > 1:
        raise Missing({"number": _("Two lines of the list are alike: type the number to tell them apart.")})
    return alike[0]


def add_months(day: date, months: int) -> date:
    """The same day so many months later or earlier; the last of the month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _check_proof(proof: Proof, rules: PeopleSettings, today: date) -> None:
    """Raise Missing for a document that does not count."""
    if proof.kind not in PROOF_KINDS:
        raise Missing({"proof_kind": _("Choose the kind of document you saw.")})
    if proof.issued_on > today:
        raise Missing({"proof_on": _("This date is in the future.")})
    if proof.issued_on <= add_months(today, -rules.proof_months):
        message = _(
            "This document is too old: it must be under %(months)s months. Ask for a more recent one.",
            months=rules.proof_months,
        )
        raise Missing({"proof_on": message})


def _known(session: Session, person_id: int) -> Person:
    """The person, locked. Raises Refused for a tombstone or a row merged into another."""
    person = lock(session, Person, person_id)
    if person is None or person.erased_at is not None:
        raise Refused(Refusal("erased", _("This person’s data was erased: nothing can be added.")))
    if person.merged_into_id is not None:
        raise Refused(Refusal("merged", _("This person was joined with another record: open that one.")))
    return person


def _recognise(
    session: Session, actor: Actor, person: Person, identity: CivilIdentity, at: datetime
) -> tuple[Person, int | None]:
    """The person behind the identity, merged with the row that had it; and the id of the row that is no more."""
    own = session.scalar(
        select(PersonIdentifier.hash).where(PersonIdentifier.person_id == person.id, PersonIdentifier.scheme == CIVIL)
    )
    if own is not None and own != identity.hash:
        message = _(
            "Another identity was verified for this account. Check that you opened the right person: a family may "
            "share one address."
        )
        raise Refused(Refusal("other_identity", message))
    owner = _owner(session, CIVIL, identity.hash)
    merged = None
    if owner is None:
        _take(session, person, CIVIL, identity.hash)
    elif owner != person.id:
        merged = person.id
        merge_persons(session, actor, person.id, owner, at)
        person = session.get_one(Person, owner)
    person.birth_year = identity.birth_date.year
    if not person.given_name and not person.family_name:
        person.given_name, person.family_name = identity.first_names.split()[0], identity.surname
    session.flush()
    return person, merged


def _own_identifier(session: Session, person: Person, scheme: str, hashed: str) -> None:
    """Make the identifier the person's. Raises Refused when it is someone else's."""
    owner = _owner(session, scheme, hashed)
    if owner is None:
        _take(session, person, scheme, hashed)
    elif owner != person.id:
        message = _("This line of the list was already recognised as someone else’s. Ask an administrator to look.")
        raise Refused(Refusal("line_taken", message))


def _take(session: Session, person: Person, scheme: str, hashed: str) -> None:
    """Write the identifier. Raises Refused when a colleague wrote it for someone at the same moment."""
    try:
        with session.begin_nested():
            session.add(PersonIdentifier(person_id=person.id, scheme=scheme, hash=hashed))
    except IntegrityError:
        message = _("A colleague has just verified the same identity: look at the person again.")
        raise Refused(Refusal("verified_meanwhile", message)) from None


def _owner(session: Session, scheme: str, hashed: str) -> int | None:
    """The person who has the identifier."""
    return session.scalar(
        select(PersonIdentifier.person_id)
        .where(PersonIdentifier.scheme == scheme, PersonIdentifier.hash == hashed)
        .with_for_update()
    )


def _scheme(list_name: str) -> str:
    """Scheme of the identifiers of a list."""
    return ROLL if list_name == ELECTORAL else f"list:{list_name}"


def _journal(session: Session, actor: Actor, act: str, person: Person, at: datetime, **details: str) -> None:
    """That someone was verified: never the identity."""
    record(session, actor, act, kind=KIND, subject_id=person.id, at=at, details={**details, "level": person.level})
