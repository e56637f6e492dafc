# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a person wrote, changed at the counter: the module's own services, on the person's behalf, kept as an act."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.counter.entering import NO_SUCH_FILE, keep_act, require_asked
from civic.counter.kinds import CHANGE, entries
from civic.counter.models import CounterAct
from civic.counter.sittings import Held
from civic.items.models import Item
from civic.module import CounterChange
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Refused
from civic.registry import Registry

SHOWN = 10


def own_items(session: Session, registry: Registry, held: Held) -> list[Item]:
    """The public items the person wrote and asked to be helped with, the newest first."""
    changed = [kind for kind, entry in entries(session, registry).items() if entry.changes]
    return list(
        session.scalars(
            select(Item)
            .where(Item.author_id == held.person.id, Item.visible, Item.number.is_not(None))
            .where(Item.kind.in_(set(changed) & set(held.mandate.kinds)))
            .order_by(Item.id.desc())
            .limit(SHOWN)
        )
    )


def changes_of(session: Session, registry: Registry, held: Held, item: Item) -> dict[str, CounterChange]:
    """What may be declared for an item of the person, within their mandate; nothing for someone else's."""
    entry = entries(session, registry).get(item.kind)
    if entry is None or item.author_id != held.person.id or item.kind not in held.mandate.kinds or not item.visible:
        return {}
    return {change.name: change for change in entry.changes}


def enter_change(
    session: Session, helper: Actor, held: Held, number: int, change: CounterChange, form: Any, at: datetime
) -> CounterAct:
    """Do it for the person, with a receipt. Raises Denied, or Refused for what is not theirs and what its module refuses."""
    item = session.scalar(select(Item).where(Item.number == number, Item.author_id == held.person.id, Item.visible))
    if item is None:
        raise Refused(NO_SUCH_FILE)
    require_asked(held, item.kind)
    CORE_POLICY.require("counter:enter", helper, item, at)
    refusal = change.refusal(session, held.actor, item, at)
    if refusal is not None:
        raise Refused(refusal)
    change.enter(session, held.actor, item, form, at)
    return keep_act(session, helper, held.actor, held.sitting, f"{item.kind}{CHANGE}{change.name}", item, at)
