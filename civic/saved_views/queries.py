# SPDX-License-Identifier: AGPL-3.0-or-later
"""The views that someone sees: their own, and those shared with all staff."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from civic.i18n.texts import plain
from civic.people.models import Account, Person
from civic.permissions.actor import Actor
from civic.saved_views.models import SavedView


def views_of(session: Session, actor: Actor) -> Sequence[Any]:
    """Id, name, page, filters, shared, owner_id and the owner's name, one's own first, by name."""
    rows = session.execute(
        select(
            SavedView.id,
            SavedView.name,
            SavedView.page,
            SavedView.filters,
            SavedView.shared,
            SavedView.owner_id,
            Person.display_name.label("owner"),
        )
        .join(Account, Account.id == SavedView.owner_id)
        .join(Person, Person.id == Account.person_id)
        .where(or_(SavedView.owner_id == actor.account_id, SavedView.shared))
    ).all()
    return sorted(rows, key=lambda row: (row.owner_id != actor.account_id, plain(row.name), row.id))
