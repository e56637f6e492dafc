# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delays by department and stage: how many files left in time, how many days half and nine tenths of them took.

Two grouped queries, whatever the number of files: the stays are first counted by whole days, then cumulated. A percentile
is by nearest rank: the smallest number of days that so many of the stays did not exceed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, cast, extract, func, select
from sqlalchemy.orm import Session

from civic.delays.lateness import late, promised
from civic.items.models import Item
from civic.items.waiting import readable
from civic.permissions.actor import Actor
from civic.workflow.stays import Stay


@dataclass(frozen=True)
class StageDelays:
    """The stays of one department at one stage that ended within the period."""

    department_id: int | None
    kind: str
    state: str
    files: int
    promised: int
    """Stays whose deadline is known, and was the town's."""
    late: int
    median_days: int
    ninth_decile_days: int


@dataclass(frozen=True)
class Waiting:
    """Files that a department has now under a deadline, and how many of them have passed it."""

    department_id: int | None
    files: int
    late: int


def stage_delays(
    session: Session, actor: Actor, kinds: Sequence[str], begins: datetime, ends: datetime
) -> list[StageDelays]:
    """By department, kind and stage: the stays that ended in [begins, ends), of files the actor may read."""
    days, bound = _whole_days(session, Stay.entered_at, Stay.left_at), promised(Stay.kind, Stay.state)
    by_days = (
        select(
            Stay.department_id,
            Stay.kind,
            Stay.state,
            days.label("days"),
            func.count().label("files"),
            func.count().filter(Stay.due_at.is_not(None), bound).label("promised"),
            func.count().filter(Stay.left_at > Stay.due_at, bound).label("late"),
        )
        .join(Item, and_(Item.id == Stay.subject_id, Item.kind == Stay.kind))
        .where(Stay.kind.in_(kinds), Stay.left_at >= begins, Stay.left_at < ends)
        .where(Item.number.is_not(None), readable(actor))
        .group_by(Stay.department_id, Stay.kind, Stay.state, days)
        .subquery()
    )
    group = (by_days.c.department_id, by_days.c.kind, by_days.c.state)
    counted = select(
        by_days,
        func.sum(by_days.c.files).over(partition_by=group, order_by=by_days.c.days).label("so_far"),
        func.sum(by_days.c.files).over(partition_by=group).label("whole"),
    ).subquery()
    by = (counted.c.department_id, counted.c.kind, counted.c.state)
    rows = session.execute(
        select(
            *by,
            func.sum(counted.c.files),
            func.sum(counted.c.promised),
            func.sum(counted.c.late),
            func.min(counted.c.days).filter(counted.c.so_far * 2 >= counted.c.whole),
            func.min(counted.c.days).filter(counted.c.so_far * 10 >= counted.c.whole * 9),
        )
        .group_by(*by)
        .order_by(*by)
    )
    # PostgreSQL gives sums as decimals.
    return [StageDelays(department, kind, state, *map(int, numbers)) for department, kind, state, *numbers in rows]


def waiting_now(session: Session, actor: Actor, kinds: Sequence[str], at: datetime) -> list[Waiting]:
    """By department: files under a deadline of the town's at this moment, and those that are late."""
    rows = session.execute(
        select(Item.department_id, func.count(), func.count().filter(late(at)))
        .where(Item.kind.in_(kinds), Item.number.is_not(None), Item.due_at.is_not(None), readable(actor))
        .where(promised(Item.kind, Item.state))
        .group_by(Item.department_id)
    )
    return [Waiting(*row) for row in rows]


def _whole_days(session: Session, since: Any, until: Any) -> ColumnElement[int]:
    """Whole days between two moments, as the database counts them."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(func.floor(extract("epoch", until - since) / 86400), Integer)
    return cast(func.julianday(until) - func.julianday(since), Integer)
