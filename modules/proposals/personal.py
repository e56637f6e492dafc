# SPDX-License-Identifier: AGPL-3.0-or-later
"""What proposals know of a person: for the person's export (GDPR articles 15 and 20), and at an erasure (article 17)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.items.models import Item, ItemTag

from .models import Proposal
from .workflow import KIND


def personal_data(session: Session, person_id: int) -> Sequence[Mapping[str, Any]]:
    """The text of everything the person wrote, drafts too; title, place and dates come with the core's part."""
    query = (
        select(Item.number, Item.title, Item.state, Proposal.body, Proposal.edited_at)
        .join(Proposal, Proposal.id == Item.id)
        .where(Item.author_id == person_id, Item.kind == KIND)
        .order_by(Item.id)
    )
    return [dict(row) for row in session.execute(query).mappings()]


def erase(session: Session, person_id: int, at: datetime) -> None:
    """Delete the person's drafts. What was submitted stays, by an erased account: others answered and supported it."""
    drafts = list(
        session.scalars(select(Item.id).where(Item.author_id == person_id, Item.kind == KIND, Item.state == "draft"))
    )
    for model, column in ((ItemTag, ItemTag.item_id), (Proposal, Proposal.id), (Item, Item.id)):
        session.execute(delete(model).where(column.in_(drafts)).execution_options(synchronize_session=False))
