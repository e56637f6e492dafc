# SPDX-License-Identifier: AGPL-3.0-or-later
"""Figures on proposals: one definition for pages, dashboard and open data."""

from flask_babel import lazy_pgettext
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from civic.answers.models import Answer
from civic.clock import now
from civic.delays.lateness import late as is_late
from civic.items.models import Item
from civic.module import Figure

from .workflow import KIND


def _count(session: Session, *conditions: ColumnElement[bool]) -> int:
    """How many public proposals meet the conditions."""
    query = select(func.count()).select_from(Item).where(Item.kind == KIND, Item.visible.is_(True), *conditions)
    return session.scalar(query) or 0


def submitted(session: Session) -> int:
    """Every public proposal."""
    return _count(session)


def answered(session: Session) -> int:
    """Those with a signed answer."""
    return _count(session, Item.id.in_(select(Answer.item_id).where(Answer.state == "signed")))


def late(session: Session) -> int:
    """Those late by the one definition (civic.delays.lateness)."""
    return _count(session, is_late(now()))


FIGURES = (
    Figure(
        "submitted",
        lazy_pgettext("proposals", "Proposals submitted"),
        lazy_pgettext("proposals", "Every proposal that was submitted, withdrawn ones too."),
        submitted,
    ),
    Figure(
        "answered",
        lazy_pgettext("proposals", "Proposals answered"),
        lazy_pgettext("proposals", "Those with a signed, motivated answer."),
        answered,
    ),
    Figure(
        "late",
        lazy_pgettext("proposals", "Late proposals"),
        lazy_pgettext("proposals", "Those that stand in their present state for longer than the town promised."),
        late,
    ),
)
