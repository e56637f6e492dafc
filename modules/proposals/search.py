# SPDX-License-Identifier: AGPL-3.0-or-later
"""The words a proposal is found by."""

from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.items.tags import tags_of

from .models import Proposal


def proposal_words(session: Session, item: Item) -> str:
    """Number, title, place, themes and text."""
    proposal = session.get_one(Proposal, item.id)
    themes = [name for tag in tags_of(session, [item.id]).get(item.id, []) for name in tag.name.values()]
    number = str(item.number) if item.number is not None else ""
    return " ".join([number, *item.title.values(), item.place, *themes, proposal.body])


def proposal_text(session: Session, item: Item) -> str:
    """The proposal's text, in Markdown, for the desk."""
    return session.get_one(Proposal, item.id).body
