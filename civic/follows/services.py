# SPDX-License-Identifier: AGPL-3.0-or-later
"""Following an item: being told when it moves."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.db.insertion import insert_once
from civic.follows.models import Follow
from civic.items.counts import count
from civic.permissions.actor import Actor
from civic.permissions.decision import Denied
from civic.permissions.predicates import signed_in


def follow(session: Session, actor: Actor, item_id: int, at: datetime) -> bool:
    """Make the actor's account follow the item; False when it did already. Raises Denied for a visitor."""
    if not insert_once(session, Follow, item_id=item_id, account_id=_account(actor), at=at):
        return False
    count(session, item_id, "follow", 1)
    return True


def unfollow(session: Session, actor: Actor, item_id: int) -> bool:
    """Stop following; False when the account did not. Raises Denied for a visitor."""
    gone = session.scalars(
        delete(Follow)
        .where(Follow.item_id == item_id, Follow.account_id == _account(actor))
        .returning(Follow.item_id)
        .execution_options(synchronize_session=False)
    ).all()
    if not gone:
        return False
    count(session, item_id, "follow", -1)
    return True


def follows(session: Session, account_id: int | None, item_id: int) -> bool:
    """Whether the account follows the item."""
    found = select(Follow.item_id).where(Follow.item_id == item_id, Follow.account_id == (account_id or 0))
    return session.scalar(found) is not None


def _account(actor: Actor) -> int:
    """The account that acts; raises Denied for a visitor."""
    if actor.account_id is None:
        raise Denied(signed_in.refusal)
    return actor.account_id
