# SPDX-License-Identifier: AGPL-3.0-or-later
"""Periodic jobs: claimed by compare-and-set, so that one process of all runs each."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError

from civic.clock import now
from civic.db.session import db, write
from civic.events.models import Schedule
from civic.module import Job
from civic.registry import current_registry
from civic.settings.store import portal_state

logger = logging.getLogger(__name__)


def run_due(app: Flask) -> int:
    """Run every job whose time has come; gives how many ran here."""
    with app.app_context():
        ran_at = {row.name: row.ran_at for row in db.session().execute(select(Schedule.name, Schedule.ran_at))}
        return sum(_run(name, job) for name, job in _jobs() if _is_due(ran_at.get(name), job, now()))


def _jobs() -> Iterator[tuple[str, Job]]:
    """Jobs of the core and of the modules that are on."""
    on = portal_state(db.session()).modules_on
    registry = current_registry()
    for module in registry:
        if module is registry.core or module.name in on:
            for job in module.jobs:
                yield f"{module.name}.{job.name}", job


def _is_due(ran_at: datetime | None, job: Job, at: datetime) -> bool:
    """Whether the last run is older than the period."""
    return ran_at is None or ran_at + timedelta(seconds=job.every_seconds) <= at


def _run(name: str, job: Job) -> bool:
    """Claim the turn, then run in a write of its own; False when another process was faster."""
    if not _claim(name, job):
        return False
    try:
        with write() as session:
            job.run(session, now())
    except Exception:
        logger.exception("job %s failed; it runs again in %s s", name, job.every_seconds)
    return True


def _claim(name: str, job: Job) -> bool:
    """Set the time of the last run where it is still the old one."""
    at = now()
    limit = at - timedelta(seconds=job.every_seconds)
    try:
        with write() as session:
            if session.get(Schedule, name) is None:
                session.add(Schedule(name=name, ran_at=at))
                return True
            claimed = session.execute(
                update(Schedule)
                .where(Schedule.name == name, or_(Schedule.ran_at.is_(None), Schedule.ran_at <= limit))
                .values(ran_at=at)
            )
            return bool(claimed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
    except IntegrityError:
        return False  # another process made the row at the same moment: its turn
