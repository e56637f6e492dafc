# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an erasure leaves of the counter: that acts were entered, by whom; nothing that leads to a paper of the person."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from civic.counter.models import CounterAct, CounterSitting


def erase_counter(session: Session, person_id: int, at: datetime) -> None:
    """Empty where the person's papers are kept, make their receipts open nothing, end the sitting that is open."""
    session.execute(
        update(CounterAct)
        .where(CounterAct.person_id == person_id)
        .values(paper_reference="", occasion="", nonce="", code_hash=None)
    )
    session.execute(
        update(CounterSitting)
        .where(CounterSitting.person_id == person_id)
        .values(paper_reference="", occasion="", closed_at=at)
    )
