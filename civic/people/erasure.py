# SPDX-License-Identifier: AGPL-3.0-or-later
"""Erasing a person (GDPR article 17): an empty tombstone stays, so that counts and ballots stay true."""

from collections.abc import Callable, Iterable
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import column, delete, or_, select, table, update
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.events.base import Erased
from civic.events.outbox import announce
from civic.journal.entries import record
from civic.journal.models import JournalEntry, JournalText
from civic.people.doubtful_pairs import forget_pairs
from civic.people.minor import Minor
from civic.people.models import (
    Absence,
    Account,
    Person,
    PersonIdentifier,
    RoleGrant,
    SignInCode,
    SignInSession,
    Verification,
)
from civic.people.proof_upload import ProofUpload
from civic.people.roles import keep_an_administrator
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal, Refused

KIND = "civic.person"
Eraser = Callable[[Session, int, datetime], None]
"""Empties what one part of the product keeps about a person."""

_MEMBERS = table("civic_space_member", column("person_id"))
"""Named, not imported: spaces stand above persons."""


def erase_person(session: Session, actor: Actor, person_id: int, erasers: Iterable[Eraser], *, at: datetime) -> None:
    """Erase what is known of a person: names, identifiers, verifications, accounts, texts; supports stay counted.

    `erasers` empty what stands above persons (comments, follows, the modules' own rows). Raises Refused when the person
    was erased or joined with another before, or is the last administrator.
    """
    person = lock(session, Person, person_id)
    if person is None or person.erased_at is not None or person.merged_into_id is not None:
        raise Refused(Refusal("already_erased", _("This person’s data is erased already.")))
    accounts = list(session.scalars(select(Account).where(Account.person_id == person_id).order_by(Account.id)))
    account_ids = [account.id for account in accounts]
    _end_roles(session, account_ids, at)
    for erase in erasers:
        erase(session, person_id, at)
    _forget_texts(session, person_id, account_ids)
    for account in accounts:
        _close(session, account, at)
    for model in (Minor, PersonIdentifier, ProofUpload, Verification):
        session.execute(delete(model).where(model.person_id == person_id))
    forget_pairs(session, person_id)
    session.execute(delete(_MEMBERS).where(_MEMBERS.c.person_id == person_id))
    person.given_name = person.family_name = person.display_name = ""
    person.birth_year = person.quartier_id = None
    person.level = "declared"
    person.erased_at = at
    session.flush()
    record(session, actor, "erase_person", kind=KIND, subject_id=person_id, at=at)
    announce(session, Erased(person_id, at), at=at)


def _end_roles(session: Session, account_ids: list[int], at: datetime) -> None:
    """Their roles end; refused for the last administrator."""
    held = session.scalars(
        select(RoleGrant).where(RoleGrant.account_id.in_(account_ids), RoleGrant.ended_at.is_(None))
    ).all()
    leading = {grant.id for grant in held if grant.role == "administrator"}
    if leading:
        keep_an_administrator(session, leading)
    for grant in held:
        grant.ended_at = at


def _forget_texts(session: Session, person_id: int, account_ids: list[int]) -> None:
    """Free texts of the journal about them, or written by them as residents; what staff wrote for the town stays.

    The entries stay whole: they hold commitments only (see civic/journal/models.py).
    """
    written = (JournalEntry.actor_id.in_(account_ids)) & (JournalEntry.role == "resident")
    about = (JournalEntry.subject_kind == KIND) & (JournalEntry.subject_id == person_id)
    told = select(JournalEntry.uid).where(or_(written, about))
    session.execute(delete(JournalText).where(JournalText.entry_uid.in_(told)))


def _close(session: Session, account: Account, at: datetime) -> None:
    """Close an account and empty it: nobody signs in with it, nothing in it says whose it was."""
    session.execute(
        delete(SignInCode).where(or_(SignInCode.account_id == account.id, SignInCode.email == account.email))
    )
    session.execute(delete(SignInSession).where(SignInSession.account_id == account.id))
    session.execute(update(Absence).where(Absence.account_id == account.id).values(note=""))
    account.email = account.title = ""
    account.password_hash = account.totp_secret = account.totp_used_step = None
    account.closed_at = account.closed_at or at
