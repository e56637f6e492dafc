# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is read of waiting documents: never their bytes, but for the one that an agent opens."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.journal.models import JournalEntry, JournalText
from civic.people.models import Person, Verification
from civic.people.proof_upload import ProofUpload
from civic.people.recognition import KIND
from civic.people.verification import people_settings
from civic.proofs.services import OTHER, REASONS
from civic.web.pagination import Slice, keyset, page_of

PAGE = 25
_ACTS = ("send_proof", "withdraw_proof", "accept_proof", "refuse_proof", "expire_proof")


@dataclass(frozen=True)
class Outcome:
    """What became of the last document of a person, where it was not accepted."""

    at: datetime
    expired: bool
    reason: str
    words: str


def waiting_of(session: Session, person_id: int) -> ProofUpload | None:
    """The document that waits for a person, without its bytes."""
    return session.scalar(select(ProofUpload).where(ProofUpload.person_id == person_id))


def count_waiting(session: Session) -> int:
    """Documents that wait."""
    return session.scalar(select(func.count()).select_from(ProofUpload)) or 0


def waiting_list(session: Session, *, after: str, before: str) -> Slice[Any]:
    """A page of waiting documents with their persons, the oldest first, in one query."""
    query: Any = select(
        *(ProofUpload.id, ProofUpload.proof_kind, ProofUpload.proof_on, ProofUpload.uploaded_at),
        *(Person.given_name, Person.family_name, Person.display_name, Person.id.label("person_id")),
    ).join(Person, Person.id == ProofUpload.person_id)
    columns = (ProofUpload.uploaded_at, ProofUpload.id)
    kinds = (datetime, int)
    query, backwards = keyset(query, columns, kinds, after=after, before=before, descending=False)
    rows = session.execute(query.limit(PAGE + 1)).all()
    began = bool(after or before)
    return page_of(rows, PAGE, lambda row: (row.uploaded_at, row.id), backwards=backwards, began=began)


def destroyed_by(session: Session, sent_at: datetime) -> datetime:
    """The moment from which a document sent then is destroyed, looked at or not."""
    return sent_at + timedelta(days=people_settings(session).proof_days)


def proven_until(session: Session, person_id: int, at: datetime) -> Verification | None:
    """The verification that proves residence for the longest time, or None."""
    found = session.scalars(
        select(Verification).where(
            Verification.person_id == person_id,
            Verification.level.in_(("residence", "roll")),
            Verification.expires_at.is_(None) | (Verification.expires_at > at),
        )
    ).all()
    return max(found, key=lambda one: (one.expires_at is None, one.expires_at or one.at), default=None)


def last_outcome(session: Session, person_id: int) -> Outcome | None:
    """Why the last document a person sent was not accepted, or that nobody looked at it in time; else None."""
    row = session.execute(
        select(JournalEntry.act, JournalEntry.at, JournalEntry.details, JournalText.text)
        .outerjoin(JournalText, JournalText.entry_uid == JournalEntry.uid)
        .where(JournalEntry.subject_kind == KIND, JournalEntry.subject_id == person_id, JournalEntry.act.in_(_ACTS))
        .order_by(JournalEntry.id.desc())
        .limit(1)
    ).first()
    if row is None or row.act not in ("refuse_proof", "expire_proof"):
        return None
    reason = str(row.details.get("reason", ""))
    return Outcome(
        row.at, row.act == "expire_proof", "" if reason == OTHER else REASONS.get(reason, ""), row.text or ""
    )
