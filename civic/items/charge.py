# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may have a file in charge: whoever could hand it on, so that no file ends with someone who can do nothing with it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.journal.entries import record
from civic.people.actors import actor_of_account
from civic.people.models import Account
from civic.permissions.actor import SYSTEM, Actor
from civic.permissions.core import CORE_POLICY


@dataclass(frozen=True)
class Charge:
    """A file as it would stand: what the policies ask of an item, with the department that is being chosen."""

    kind: str
    space_id: int | None
    department_id: int | None


def may_hold(actor: Actor, item: Item, department_id: int | None, at: datetime) -> bool:
    """Whether the actor can act on the file once that department is in charge of it: a clerk, or its agent."""
    return CORE_POLICY.allows("item:assign", actor, Charge(item.kind, item.space_id, department_id), at)


def could_hold(actor: Actor, item: Item, at: datetime) -> bool:
    """Whether there is a department, or none, with which the actor may hold the file: what a form offers."""
    return any(may_hold(actor, item, department_id, at) for department_id in (None, *sorted(actor.department_ids)))


def holder(session: Session, account_id: int) -> Actor | None:
    """The colleague as they act at the desk, the second factor confirmed; None for a closed or unknown account."""
    return actor_of_account(session, account_id, second_factor=True)


def release_files(session: Session, actor: Actor, account_id: int, at: datetime) -> int:
    """After a role has ended: the files this person can no longer act on are nobody's again, and the queue shows them.

    Journaled on each file; gives how many.
    """
    session.flush()
    left = holder(session, account_id)
    query = select(Item).where(Item.assignee_id == account_id).order_by(Item.id).with_for_update(key_share=True)
    held = session.scalars(query, execution_options={"populate_existing": True}).all()
    released = [item for item in held if left is None or not may_hold(left, item, item.department_id, at)]
    for item in released:
        item.assignee_id = None
        item.version += 1
        details = {"assignee": [account_id, None], "because": "role_ended"}
        record(session, actor, "assign", kind=item.kind, subject_id=item.id, at=at, details=details)
    return len(released)


def release_erased(session: Session, person_id: int, at: datetime) -> None:
    """What an erasure leaves of the files someone had in charge: they are nobody's, and wait for the clerks."""
    for account_id in session.scalars(select(Account.id).where(Account.person_id == person_id).order_by(Account.id)):
        release_files(session, SYSTEM, account_id, at)
