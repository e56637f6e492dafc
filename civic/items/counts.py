# SPDX-License-Identifier: AGPL-3.0-or-later
"""Stored counts: acts add deltas, a job folds them, and whoever acted sees their act at once."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from civic.items.models import CountDelta, Item

BATCH = 20_000
"""Deltas folded in one transaction, so that a flood never holds the writer for long."""

COLUMNS = {"support": "support_count", "comment": "comment_count", "follow": "follow_count"}


@dataclass(frozen=True)
class Counts:
    """The counts of an item as of now."""

    support: int
    comment: int
    follow: int


def count(session: Session, item_id: int, counter: str, amount: int) -> None:
    """Note a change of a count; raises KeyError for a counter that no item has."""
    if counter not in COLUMNS:
        raise KeyError(counter)
    session.add(CountDelta(item_id=item_id, counter=counter, amount=amount))


def fold(session: Session, at: datetime) -> None:
    """Add the pending deltas to their items; deletion and sum are one transaction, versions are left alone.

    Two runners at once are safe: each deletes, and so counts, different rows. Items are taken in order, so that two
    runners never wait for one another.
    """
    oldest = select(CountDelta.id).order_by(CountDelta.id).limit(BATCH)
    gone = session.execute(
        delete(CountDelta)
        .where(CountDelta.id.in_(oldest))
        .returning(CountDelta.item_id, CountDelta.counter, CountDelta.amount)
        .execution_options(synchronize_session=False)
    )
    sums: Counter[tuple[int, str]] = Counter()
    for item_id, counter, amount in gone:
        sums[item_id, counter] += amount
    for (item_id, counter), amount in sorted(sums.items()):
        if amount:
            column = getattr(Item, COLUMNS[counter])
            session.execute(
                update(Item)
                .where(Item.id == item_id)
                .values({column: column + amount})
                .execution_options(synchronize_session=False)
            )


def live_counts(session: Session, item: Item) -> Counts:
    """Stored counts plus what is not folded yet: one query."""
    changed = session.execute(
        select(CountDelta.counter, func.sum(CountDelta.amount).label("amount"))
        .where(CountDelta.item_id == item.id)
        .group_by(CountDelta.counter)
    )
    pending = {row.counter: row.amount for row in changed}
    return Counts(*(getattr(item, column) + pending.get(counter, 0) for counter, column in COLUMNS.items()))
