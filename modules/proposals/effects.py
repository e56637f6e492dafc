# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a transition of a proposal writes besides the state, in the same transaction."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.items.numbers import give_number
from civic.people.models import Department
from civic.permissions.actor import Actor
from civic.search.index import index_item
from civic.workflow.declaration import TransitionData

from .models import Proposal
from .search import proposal_words
from .settings import settings_of


def submitted(session: Session, item: Item, actor: Actor, data: TransitionData, at: datetime) -> None:
    """The proposal is public from now on, has its number, and can be found."""
    proposal = session.get_one(Proposal, item.id)
    days = settings_of(session, item, at).edit_days
    give_number(session, item)
    item.visible = True
    if item.published_at is None:  # what is completed and submitted again keeps the way it first came
        item.published_at, item.channel = at, actor.channel
    proposal.edit_until = at + timedelta(days=days)
    session.flush()
    index_item(session, item.id, proposal_words(session, item))


def studied(session: Session, item: Item, actor: Actor, data: TransitionData, at: datetime) -> None:
    """A department is in charge; its author may no longer change the text."""
    assert data.department_id is not None
    department = session.get_one(Department, data.department_id)
    item.department_id = department.id
    session.get_one(Proposal, item.id).edit_until = None
    data.details["department"] = department.slug


def planned(session: Session, item: Item, actor: Actor, data: TransitionData, at: datetime) -> None:
    """Keep when it is planned for, where the act says so."""
    when = data.planned_for.strip()
    if when:
        session.get_one(Proposal, item.id).planned_for = when[:120]
        data.details["planned_for"] = when[:120]


def withdrawn(session: Session, item: Item, actor: Actor, data: TransitionData, at: datetime) -> None:
    """Nothing can be corrected any more; the page stays, because others commented and supported."""
    session.get_one(Proposal, item.id).edit_until = None
