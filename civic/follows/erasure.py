# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an erasure leaves of what someone followed: nothing."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.follows.models import Follow
from civic.items.counts import count
from civic.people.models import Account


def erase_follows(session: Session, person_id: int, at: datetime) -> None:
    """Remove every follow of the person's accounts, and uncount them."""
    own = select(Account.id).where(Account.person_id == person_id)
    gone = session.scalars(
        delete(Follow)
        .where(Follow.account_id.in_(own))
        .returning(Follow.item_id)
        .execution_options(synchronize_session=False)
    ).all()
    for item_id in gone:
        count(session, item_id, "follow", -1)
