# SPDX-License-Identifier: AGPL-3.0-or-later
"""Delays by department and stage: how many files left in time, how many days half and nine tenths of them took.

Two grouped queries over the stays, whatever the number of files. A percentile is by nearest rank: the smallest number
of days that so many of the stays did not exceed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, cast, extract, func, select
from sqlalchemy.orm import Session

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
    """Stays whose deadline is known."""
    late: int
    median_days: float
    ninth_decile_days: float


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
    group = (Stay.department_id, Stay.kind, Stay.state)
    days = _days(session, Stay.entered_at, Stay.left_at)
    ended = (
        select(
            *group,
            days.label("days"),
            Stay.due_at.is_not(None).label("promised"),
            (Stay.left_at > Stay.due_at).label("late"),
            func.row_number().over(partition_by=group, order_by=(days, Stay.id)).label("place"),
            func.count().over(partition_by=group).label("files"),
        )
        .join(Item, and_(Item.id == Stay.subject_id, Item.kind == Stay.kind))
        .where(Stay.kind.in_(kinds), Stay.left_at >= begins, Stay.left_at < ends)
        .where(Item.number.is_not(None), readable(actor))
        .subquery()
    )
    by = (ended.c.department_id, ended.c.kind, ended.c.state)
    rows = session.execute(
        select(
            *by,
            func.count(),
            func.count().filter(ended.c.promised),
            func.count().filter(ended.c.late),
            func.min(ended.c.days).filter(ended.c.place * 2 >= ended.c.files),
            func.min(ended.c.days).filter(ended.c.place * 10 >= ended.c.files * 9),
        )
        .group_by(*by)
        .order_by(*by)
    )
    return [StageDelays(*row) for row in rows]


def waiting_now(session: Session, actor: Actor, kinds: Sequence[str], at: datetime) -> list[Waiting]:
    """By department: files under a deadline at this moment, and those that are late."""
    late = func.count().filter(Item.due_at <= at)
    rows = session.execute(
        select(Item.department_id, func.count(), late)
        .where(Item.kind.in_(kinds), Item.number.is_not(None), Item.due_at.is_not(None), readable(actor))
        .group_by(Item.department_id)
    )
    return [Waiting(*row) for row in rows]


def _days(session: Session, since: Any, until: Any) -> ColumnElement[float]:
    """Days between two moments, as the database counts them."""
    if session.get_bind().dialect.name == "postgresql":
        return cast(extract("epoch", until - since) / 86400, Float)
    return func.julianday(until) - func.julianday(since)
