# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is late, the one definition: a deadline of the town's that has passed, while the next act is the town's.

Pages, lists, figures, desk and exports all ask here. Nothing is late in a final state, nor in one that waits for its
author: the days are then theirs.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_, true
from sqlalchemy.orm import InstrumentedAttribute

from civic.items.models import Item
from civic.registry import current_registry
from civic.workflow.declaration import State


def is_promise(state: State) -> bool:
    """Whether the deadline of the state binds the town."""
    return not state.final and not state.waits_for_author


def promised(kind: InstrumentedAttribute[str], state: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Condition on a kind and a state: the deadline binds the town. A kind whose module is gone keeps its deadlines."""
    bound = []
    for name, resource in current_registry().resources():
        free = [one.name for one in resource.workflow.states if not is_promise(one)]
        if free:
            bound.append(not_(and_(kind == name, state.in_(free))))
    return and_(true(), *bound)


def late(at: datetime) -> ColumnElement[bool]:
    """Condition on Item: it is late at that moment."""
    return and_(Item.due_at.is_not(None), Item.due_at <= at, promised(Item.kind, Item.state))


def is_late(state: State, due_at: datetime | None, at: datetime) -> bool:
    """Whether what stands in this state is late at that moment: the same as `late`, for a row already read."""
    return due_at is not None and due_at <= at and is_promise(state)
