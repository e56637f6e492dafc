# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who is responsible: the department and the colleague in charge of an item."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.items.charge import could_hold, holder, may_hold
from civic.items.models import Item
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing, Refusal, StaleVersion

CANNOT_ACT = _("This person cannot act on this file: choose a clerk, or an agent of the department in charge.")
"""Said of auditors, residents, and of colleagues whose role holds elsewhere."""


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
    """Put a department and a colleague in charge.

    Raises Denied, StaleVersion when someone acted meanwhile, or Missing for a colleague who could not act on the file.
    """
    item = lock(session, Item, item_id)
    assert item is not None
    CORE_POLICY.require("item:assign", actor, item, at)
    if item.version != version:
        raise StaleVersion(
            Refusal("stale", _("Someone changed this file while you were reading it. Look at what is new."))
        )
    _check_colleague(session, item, department_id, assignee_id, at)
    details = {"department": [item.department_id, department_id], "assignee": [item.assignee_id, assignee_id]}
    item.department_id, item.assignee_id = department_id, assignee_id
    item.version += 1
    record(session, actor, "assign", kind=item.kind, subject_id=item.id, at=at, details=details)
    return item


def _check_colleague(
    session: Session, item: Item, department_id: int | None, assignee_id: int | None, at: datetime
) -> None:
    """Raise Missing for a colleague with whom the file would leave every queue: nobody who can act would see it."""
    if assignee_id is None:
        return
    colleague = holder(session, assignee_id)
    if colleague is None or not could_hold(colleague, item, at):
        raise Missing({"assignee_id": CANNOT_ACT})
    if not may_hold(colleague, item, department_id, at):
        raise Missing(
            {"assignee_id": _("This colleague works for another department: choose it too, or someone else.")}
        )
