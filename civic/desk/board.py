# SPDX-License-Identifier: AGPL-3.0-or-later
"""The board: the files of one kind by stage, so many per column, with what the reader may do to each. Three queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.delays.lateness import late
from civic.desk.queries import QueueFilter, conditions
from civic.items.models import Item
from civic.people.models import Department
from civic.permissions.actor import Actor
from civic.workflow.declaration import State, Transition
from civic.workflow.engine import Lifecycle
from civic.workflow.stations import label_of

PER_COLUMN = 10
"""Cards of a column; the others are one link away."""


@dataclass(frozen=True)
class Card:
    """One file: what is read at a glance, and the acts its reader may try (guards speak when they do)."""

    item: Item
    department: PerLanguage | None
    direct: tuple[Transition, ...]
    asking: tuple[Transition, ...]
    """Acts that need a reason or a department: they have a page of their own."""


@dataclass(frozen=True)
class Column:
    """A stage with its first files, the soonest due first."""

    state: State
    label: str
    total: int
    late: int
    cards: tuple[Card, ...]


def columns(session: Session, actor: Actor, cycle: Lifecycle, chosen: QueueFilter, at: datetime) -> list[Column]:
    """Every public stage that is not turned off, and those turned off where files still stand."""
    kept = [Item.number.is_not(None), *conditions(actor, chosen, at)]
    counted = session.execute(
        select(Item.state, func.count(), func.count().filter(late(at))).where(*kept).group_by(Item.state)
    )
    counts = {state: (total, overdue) for state, total, overdue in counted}
    place = func.row_number().over(partition_by=Item.state, order_by=(Item.due_at.is_(None), Item.due_at, Item.id))
    first = select(Item.id, place.label("place")).where(*kept).subquery()
    shown = session.execute(
        select(Item, Department.name)
        .join(first, first.c.id == Item.id)
        .outerjoin(Department, Department.id == Item.department_id)
        .where(first.c.place <= PER_COLUMN)
        .order_by(first.c.place)
    ).all()
    cards: dict[str, list[Card]] = {}
    for item, department in shown:
        cards.setdefault(item.state, []).append(_card(cycle, actor, item, department, at))
    return [
        Column(state, label_of(state, cycle.setup.labels), *counts.get(state.name, (0, 0)), tuple(cards.get(state.name, ())))
        for state in cycle.workflow.states
        if state.name in counts or (state.public and state.name not in cycle.setup.skipped)
    ]  # fmt: skip


def movable(cycle: Lifecycle, actor: Actor, item: Item, at: datetime) -> list[Transition]:
    """The acts open to the actor by role; what goes through an answer is never one of them.

    Guards are not asked here: each may read the database, and a board has a hundred cards.
    """
    return [
        transition
        for transition in cycle.workflow.leaving(item.state)
        if not transition.through_answer
        and transition.to not in cycle.setup.skipped
        and cycle.policy.allows(transition.by, actor, item, at)
    ]


def _card(cycle: Lifecycle, actor: Actor, item: Item, department: PerLanguage | None, at: datetime) -> Card:
    """The file with its acts."""
    acts: Sequence[Transition] = movable(cycle, actor, item, at)
    return Card(
        item,
        department,
        tuple(act for act in acts if not act.requires),
        tuple(act for act in acts if act.requires),
    )
