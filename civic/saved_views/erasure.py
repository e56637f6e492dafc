# SPDX-License-Identifier: AGPL-3.0-or-later
"""What goes when someone's data is erased: their own views. Those shared with all staff are the town's and stay."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.people.models import Account
from civic.saved_views.models import SavedView


def erase_views(session: Session, person_id: int, at: datetime) -> None:
    """Remove the views that were theirs alone."""
    accounts = select(Account.id).where(Account.person_id == person_id)
    session.execute(delete(SavedView).where(SavedView.owner_id.in_(accounts), SavedView.shared.is_(False)))
