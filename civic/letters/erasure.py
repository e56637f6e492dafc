# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an erasure leaves of letters: that so many were sent; no address, no text, no code."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from civic.letters.models import Letter, LetterBatch, LetterCode
from civic.people.identity import CIVIL, SAID
from civic.people.models import PersonIdentifier


def erase_letters(session: Session, person_id: int, at: datetime) -> None:
    """Empty the person’s letters and settle those that wait; forget the codes they used or were sent."""
    session.execute(update(Letter).where(Letter.person_id == person_id).values(sealed=None))
    unsent = select(LetterBatch.id).where(LetterBatch.sent_at.is_(None))
    session.execute(
        update(Letter)
        .where(Letter.person_id == person_id, Letter.settled_at.is_(None))
        .where(or_(Letter.batch_id.is_(None), Letter.batch_id.in_(unsent)))
        .values(settled_at=at, settled_by="erasure")
    )
    own = select(PersonIdentifier.hash).where(
        PersonIdentifier.person_id == person_id, PersonIdentifier.scheme.in_((CIVIL, SAID))
    )
    session.execute(
        delete(LetterCode)
        .where(or_(LetterCode.person_id == person_id, LetterCode.civil_hash.in_(own)))
        .execution_options(synchronize_session=False)
    )
