# SPDX-License-Identifier: AGPL-3.0-or-later
"""Verification: an agent looks at a document, at the counter or sent online; kind, date and agent are kept, never it."""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.people.identity import ROLL, CivilIdentity, roll_number_hash
from civic.people.levels import add_verification
from civic.people.models import Person, RollEntry
from civic.people.proof_upload import discard_upload
from civic.people.recognition import KIND, claim_identity, known_person, own_identifier, recognise
from civic.people.settings import PEOPLE_SCOPE, PeopleSettings
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refusal, Refused
from civic.settings.store import portal_state

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
class ProofWords:
    """How a document that does not count is told to whoever holds it; `old` has %(months)s."""

    kind: str
    future: str
    old: str


AT_COUNTER = ProofWords(
    _("Choose the kind of document you saw."),
    _("This date is in the future."),
    _("This document is too old: it must be under %(months)s months. Ask for a more recent one."),
)
SENT = ProofWords(
    _("Choose the kind of document you saw."),
    _("This date is after the day it was sent: read it again."),
    _("This document was over %(months)s months old on the day it was sent: do not accept it, and say why."),
)


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
    """Verify residence on a document seen at the counter, and know the person by their civil identity.

    When that identity is already known, both rows are one person: they are merged and the known one is kept.
    Raises Missing for a document that is too old, in the future or of an unknown kind; Refused for an identity that
    contradicts what was verified before.
    """
    rules = people_settings(session)
    check_proof(proof, rules, _day(at), AT_COUNTER)
    person, merged = recognise(session, actor, known_person(session, person_id), identity, at)
    _reside(session, actor, person, proof, quartier_id, "desk", at)
    _journal(session, actor, "verify_residence", person, at, **_told(proof))
    return Verified(person, person.level, merged)


def verify_upload(
    session: Session,
    actor: Actor,
    person_id: int,
    proof: Proof,
    identity: CivilIdentity,
    *,
    sent_at: datetime,
    quartier_id: int | None = None,
    at: datetime,
) -> Verified:
    """Verify residence on a document sent online, and destroy it.

    Its age is counted on the day it was sent: nobody pays for the days the town took. Nobody showed an identity
    document, so records are never joined. Raises Missing as at the counter; Refused for an identity that is known.
    """
    check_proof(proof, people_settings(session), _day(sent_at), SENT)
    person = known_person(session, person_id)
    claim_identity(session, actor, person, identity, at)
    _reside(session, actor, person, proof, quartier_id, "upload", at)
    _journal(session, actor, "accept_proof", person, at, **_told(proof))
    return Verified(person, person.level)


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
    person, merged = recognise(session, actor, known_person(session, person_id), identity, at)
    own_identifier(session, person, _scheme(list_name), entry.number_hash)
    if entry.quartier_id is not None:
        person.quartier_id = entry.quartier_id
    level, origin = ("roll", "roll") if list_name == ELECTORAL else ("residence", "list")
    add_verification(session, person, level, origin, at=at, agent_id=actor.account_id)
    discard_upload(session, person.id)
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


def check_proof(proof: Proof, rules: PeopleSettings, on: date, words: ProofWords) -> None:
    """Raise Missing, in those words, for a document that does not count on that day."""
    if proof.kind not in PROOF_KINDS:
        raise Missing({"proof_kind": words.kind})
    if proof.issued_on > on:
        raise Missing({"proof_on": words.future})
    if proof.issued_on <= add_months(on, -rules.proof_months):
        raise Missing({"proof_on": str(words.old) % {"months": rules.proof_months}})


def _reside(
    session: Session, actor: Actor, person: Person, proof: Proof, quartier_id: int | None, origin: str, at: datetime
) -> None:
    """Give the level, for as long as the town says; a document that still waited is destroyed."""
    if quartier_id is not None:
        person.quartier_id = quartier_id
    until = add_months(_day(at), people_settings(session).residence_months)
    add_verification(
        session,
        person,
        "residence",
        origin,
        at=at,
        proof_kind=proof.kind,
        proof_on=proof.issued_on,
        agent_id=actor.account_id,
        expires_at=datetime.combine(until, time.min, current_zone()).astimezone(UTC),
    )
    discard_upload(session, person.id)


def _day(moment: datetime) -> date:
    """The day in the town's zone."""
    return moment.astimezone(current_zone()).date()


def _told(proof: Proof) -> dict[str, str]:
    """What the journal says of a document."""
    return {"proof": proof.kind, "issued": proof.issued_on.isoformat()}


def _scheme(list_name: str) -> str:
    """Scheme of the identifiers of a list."""
    return ROLL if list_name == ELECTORAL else f"list:{list_name}"


def _journal(session: Session, actor: Actor, act: str, person: Person, at: datetime, **details: str) -> None:
    """That someone was verified: never the identity."""
    record(session, actor, act, kind=KIND, subject_id=person.id, at=at, details={**details, "level": person.level})
