# SPDX-License-Identifier: AGPL-3.0-or-later
"""The answers of the last week, told by post to those who came to the counter without an e-mail address."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.demo.town import DemoTown
from civic.events.base import Transitioned
from civic.items.models import Item
from civic.journal.models import JournalEntry
from civic.letters.waiting import tell_by_post

DAYS = 7


def plan_letters(town: DemoTown) -> None:
    """Once everything has happened, letters wait as they would: the loading of the town announces nothing."""
    town.timeline.add(town.moment(0, 0), "letters that wait", _queue)


def _queue(session: Session, at: datetime) -> None:
    """What the listeners would have done about the steps of the last days."""
    steps = session.execute(
        select(JournalEntry)
        .join(Item, Item.id == JournalEntry.subject_id)
        .where(Item.kind == JournalEntry.subject_kind, JournalEntry.to_state.is_not(None))
        .where(JournalEntry.at > at - timedelta(days=DAYS))
        .order_by(JournalEntry.id)
    ).scalars()
    for step in steps.all():
        assert step.to_state is not None
        event = Transitioned(
            step.subject_kind, step.subject_id, step.act, step.from_state or "", step.to_state, step.at, step.uid
        )
        tell_by_post(session, event)
