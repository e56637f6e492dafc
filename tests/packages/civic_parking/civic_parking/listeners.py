# SPDX-License-Identifier: AGPL-3.0-or-later
"""What this module does about facts; called at least once."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from civic.events.base import Created

from .models import Entry
from .workflow import KIND


def thank(session: Session, event: Created) -> None:
    """Note that the request was heard."""
    if event.kind == KIND:
        session.execute(update(Entry).where(Entry.id == event.subject_id).values(heard_at=event.at))
