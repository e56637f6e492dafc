# SPDX-License-Identifier: AGPL-3.0-or-later
"""Someone no longer wants the town's answers at the address they gave: it is forgotten, and no letter goes there."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from civic.journal.entries import record
from civic.letters.batches import NO_ADDRESS
from civic.letters.models import Letter
from civic.people.known_identity import forget_contact
from civic.people.recognition import KIND, known_person
from civic.permissions.actor import Actor


def stop_answers(session: Session, actor: Actor, person_id: int, at: datetime) -> None:
    """Forget where answers to a person go, and settle their letters that wait; a batch already made keeps its own.

    Raises Refused for someone erased or joined with another record.
    """
    person = known_person(session, person_id)
    forget_contact(session, person.id)
    waits = (Letter.person_id == person.id, Letter.batch_id.is_(None), Letter.settled_at.is_(None))
    session.execute(update(Letter).where(*waits).values(settled_at=at, settled_by=NO_ADDRESS))
    record(session, actor, "stop_answers", kind=KIND, subject_id=person.id, at=at)
