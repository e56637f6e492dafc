# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone a helper enters an act for, present or on paper: known by their identity, or entered for the first time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.i18n.setup import current_zone
from civic.journal.entries import record
from civic.people.identity import CIVIL, SAID, CivilIdentity, checked_identity
from civic.people.known_identity import Contact
from civic.people.levels import add_verification
from civic.people.matching import find_person
from civic.people.mobile import checked_mobile
from civic.people.models import Person, Verification
from civic.people.naming import default_public_name
from civic.people.recognition import KIND, fill_person, known_person, note_doubts, own_identity
from civic.people.turns import one_at_a_time
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing
from civic.settings.portal import PORTAL_SCOPE, PortalSettings
from civic.settings.store import portal_state

NOT_SHOWN = "none"
"""No identity document: names and date as said by telephone, or written on a paper."""

DOCUMENTS: Mapping[str, str] = {
    "card": _("Identity card"),
    "passport": _("Passport"),
    "permit": _("Residence permit"),
    "licence": _("Driving licence"),
    "copy": _("Copy of an identity document, sent by post"),
    NOT_SHOWN: _("None: names and date of birth as said or written"),
}
"""Kinds of identity documents; only the kind is kept, never a number or a copy."""

IDENTITY = "identity"
"""Origin of a verification by an identity document."""

NEW, KNOWN, DOUBTFUL = "new", "known", "doubtful"


@dataclass(frozen=True)
class ShownIdentity:
    """What a helper reads on the document, or is told.

    Attributes:
        surname: surname at birth.
        first_names: all of them, in the order of the document.
        birth_date: None when the field was left empty (`register_present` raises Missing).
        document: a key of DOCUMENTS; `NOT_SHOWN` for a paper or a telephone call.
        usage_name: married or other name in use, empty when there is none.
        address: postal address for answers by post, in lines; empty leaves what is known.
        email: address for answers, unproven; empty leaves what is known. It opens no account.
        mobile: number for short texts, which the person agreed to; empty leaves what is known.
        quartier_id: quartier of the address; None leaves what is known.
    """

    surname: str
    first_names: str
    birth_date: date | None
    document: str
    usage_name: str = ""
    address: str = ""
    email: str = ""
    mobile: str = ""
    quartier_id: int | None = None


@dataclass(frozen=True)
class Registered:
    """Who the person is.

    Attributes:
        person: the one person for whom acts are entered: unique constraints on it count everyone once.
        outcome: NEW, KNOWN, or DOUBTFUL: entered apart, because the names are near someone else's. The act goes on;
            a colleague looks at both later.
        doubts: ids of the doubtful pairs found now.
    """

    person: Person
    outcome: str
    doubts: tuple[int, ...] = ()


def register_present(session: Session, actor: Actor, shown: ShownIdentity, at: datetime) -> Registered:
    """Find who a person is by verified data, or enter them: call it in the transaction of the act, before it.

    The caller has checked that the actor may do so. An identity document proves as much as a confirmed address (level
    `email`), and is kept as kind, date and agent; without one the level stays what it was. Two helpers who enter the
    same person at once get the same one. Raises Missing naming the fields that are empty or impossible (`surname`,
    `first_names`, `birth_date`, `document`, `mobile`), Refused when what was found has just been erased or joined.
    """
    if shown.document not in DOCUMENTS:
        raise Missing({"document": _("Choose the kind of document you saw.")})
    today = at.astimezone(current_zone()).date()
    identity = checked_identity(shown.surname, shown.first_names, shown.birth_date, today, shown.usage_name)
    contact = Contact(shown.address.strip(), shown.email.strip(), checked_mobile(shown.mobile))
    one_at_a_time(session)
    seen = shown.document != NOT_SHOWN
    match = find_person(session, identity, seen=seen)
    person = _enter(session, at) if match.person_id is None else known_person(session, match.person_id)
    own_identity(session, person, identity, CIVIL if seen else SAID, contact=contact, at=at)
    doubts = note_doubts(session, actor, person.id, match.near, at) if match.person_id is None else ()
    if match.person_id is None:
        details = {"doubts": len(doubts)}
        record(session, actor, "register_person", kind=KIND, subject_id=person.id, at=at, details=details)
    if contact.mobile:
        record(session, actor, "accept_texts", kind=KIND, subject_id=person.id, at=at)
    _fill(session, person, identity, shown, at)
    if seen:
        _keep_document(session, actor, person, shown.document, at)
    session.flush()
    return Registered(person, KNOWN if match.person_id is not None else DOUBTFUL if doubts else NEW, doubts)


def _enter(session: Session, at: datetime) -> Person:
    """A row for somebody nobody knew."""
    person = Person(created_at=at)
    session.add(person)
    session.flush()
    return person


def _fill(session: Session, person: Person, identity: CivilIdentity, shown: ShownIdentity, at: datetime) -> None:
    """What the person's row shows of them: year of birth, names where none were given, quartier."""
    fill_person(session, person, identity, at, seen=shown.document != NOT_SHOWN)
    if not person.display_name:
        person.display_name = default_public_name(person, _shows_names(session))
    if shown.quartier_id is not None:
        person.quartier_id = shown.quartier_id


def _keep_document(session: Session, actor: Actor, person: Person, document: str, at: datetime) -> None:
    """That an identity document was seen, the first time: its kind, the day and the agent."""
    known = select(Verification.id).where(Verification.person_id == person.id, Verification.origin == IDENTITY)
    if session.scalar(known.limit(1)) is None:
        add_verification(session, person, "email", IDENTITY, at=at, proof_kind=document, agent_id=actor.account_id)


def _shows_names(session: Session) -> str:
    """How the town shows names."""
    return portal_state(session).settings(PORTAL_SCOPE, PortalSettings).shows_names
