# SPDX-License-Identifier: AGPL-3.0-or-later
"""Supporting an item: one person, one support, whatever the channel and however often the button is pressed."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.db.insertion import insert_once
from civic.items.counts import count
from civic.permissions.actor import Actor
from civic.permissions.decision import Denied
from civic.permissions.predicates import signed_in
from civic.supports.models import Support


def add_support(session: Session, actor: Actor, item_id: int, at: datetime) -> bool:
    """Record the actor's support; False when it stood already. Raises Denied for a visitor.

    The caller has checked that the item takes supports (its policy and its phase).
    """
    person_id = _person(actor)
    if not insert_once(session, Support, item_id=item_id, person_id=person_id, channel=actor.channel, at=at):
        return False
    count(session, item_id, "support", 1)
    return True


def withdraw_support(session: Session, actor: Actor, item_id: int) -> bool:
    """Take the actor's support back; False when there was none. Raises Denied for a visitor."""
    gone = session.scalars(
        delete(Support)
        .where(Support.item_id == item_id, Support.person_id == _person(actor))
        .returning(Support.id)
        .execution_options(synchronize_session=False)
    ).all()
    if not gone:
        return False
    count(session, item_id, "support", -1)
    return True


def _person(actor: Actor) -> int:
    """The person who acts; raises Denied for a visitor."""
    if actor.person_id is None:
        raise Denied(signed_in.refusal)
    return actor.person_id


def supports(session: Session, person_id: int | None, item_ids: list[int]) -> set[int]:
    """Which of the items the person supports, in one query; asked for visitors too, so that pages cost the same."""
    return set(
        session.scalars(
            select(Support.item_id).where(Support.person_id == (person_id or 0), Support.item_id.in_(item_ids))
        )
    )
