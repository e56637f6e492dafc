# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is responsible: the department and the colleague in charge of an item."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.items.models import Item
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Refusal, StaleVersion


def assign(
    session: Session,
    actor: Actor,
    item_id: int,
    *,
    department_id: int | None,
    assignee_id: int | None,
    version: int,
    at: datetime,
) -> Item:
    """Put a department and a colleague in charge. Raises Denied, or StaleVersion when someone acted meanwhile."""
    item = lock(session, Item, item_id)
    assert item is not None
    CORE_POLICY.require("item:assign", actor, item, at)
    if item.version != version:
        raise StaleVersion(
            Refusal("stale", _("Someone changed this file while you were reading it. Look at what is new."))
        )
    details = {"department": [item.department_id, department_id], "assignee": [item.assignee_id, assignee_id]}
    item.department_id, item.assignee_id = department_id, assignee_id
    item.version += 1
    record(session, actor, "assign", kind=item.kind, subject_id=item.id, at=at, details=details)
    return item
