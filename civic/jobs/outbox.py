# SPDX-License-Identifier: AGPL-3.0-or-later
"""Draining the outbox: rows claimed by lease, so any number of runners is safe; leases are committed before anything leaves."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import or_, select, update

from civic.clock import now
from civic.db.session import db, write
from civic.events.models import OutboxMessage
from civic.files.work import Effect
from civic.jobs.handlers import BEFORE_WRITE, CHANNELS, IN_WRITE
from civic.notifications.forgetting import HIDDEN

logger = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(minutes=2)
ATTEMPTS = 8
"""Tries before a message is given up and shown by `civic doctor` and at the desk; waits double from 15 s to 32 min."""


@dataclass(frozen=True)
class Claimed:
    """A message this runner alone may handle until its lease ends."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int


def drain(app: Flask, limit: int = BATCH) -> int:
    """Handle one batch of due messages; gives how many were claimed."""
    with app.app_context():
        holder = secrets.token_hex(8)
        claimed = _claim(holder, limit)
        for kind in CHANNELS:
            if leaving := [message for message in claimed if message.kind == kind]:
                _deliver(leaving, holder)
        # What is slow comes last: nothing else waits for it.
        for message in sorted(claimed, key=lambda one: one.kind in BEFORE_WRITE):
            if message.kind not in CHANNELS:
                _handle(message, holder)
        return len(claimed)


def _claim(holder: str, limit: int) -> list[Claimed]:
    """Lease due messages: SKIP LOCKED on PostgreSQL, the only writer on SQLite."""
    at = now()
    free = or_(OutboxMessage.leased_until.is_(None), OutboxMessage.leased_until < at)
    due = (
        select(OutboxMessage.id)
        .where(OutboxMessage.done_at.is_(None), OutboxMessage.failed_at.is_(None), OutboxMessage.due_at <= at, free)
        .order_by(OutboxMessage.due_at, OutboxMessage.id)
        .limit(limit)
    )
    # Looking costs nothing; the write lock is taken only when there is something to claim.
    if db.session().scalar(due.limit(1)) is None:
        return []
    with write() as session:
        ids = list(session.scalars(due.with_for_update(skip_locked=True)))
        session.execute(
            update(OutboxMessage).where(OutboxMessage.id.in_(ids)).values(leased_until=at + LEASE, leased_by=holder)
        )
        rows = session.execute(
            select(OutboxMessage.id, OutboxMessage.kind, OutboxMessage.payload, OutboxMessage.attempts)
            .where(OutboxMessage.id.in_(ids))
            .order_by(OutboxMessage.id)
        )
        return [Claimed(*row) for row in rows]


def _handle(message: Claimed, holder: str) -> None:
    """Effect and mark in one write, slow work before it; a failure is noted in another."""
    try:
        effect = _prepared(message, holder)
        if effect is None:
            return
        with write() as session:
            effect(session, now())
            _mark_done(session, message, holder, now())
    except Exception as error:
        logger.exception("outbox message %s (%s) failed", message.id, message.kind)
        _note_failure(message, holder, f"{type(error).__name__}: {error}")


def _prepared(message: Claimed, holder: str) -> Effect | None:
    """What is left to do inside the write; None when another runner has the message by now.

    The lease of slow work begins when the work does, not with its batch.
    """
    if message.kind not in BEFORE_WRITE:
        return lambda session, at: IN_WRITE[message.kind](session, message.payload, at)
    with write() as session:
        mine = update(OutboxMessage).where(OutboxMessage.id == message.id, OutboxMessage.leased_by == holder)
        renewed = session.execute(mine.values(leased_until=now() + LEASE))
    if renewed.rowcount == 0:  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult
        return None
    return BEFORE_WRITE[message.kind](db.session(), message.payload)


def _deliver(messages: list[Claimed], holder: str) -> None:
    """Send a batch of one kind, noting each outcome as soon as it is known."""
    kind = messages[0].kind
    composed = [(message, sent) for message in messages if (sent := _composed(message, holder)) is not None]
    db.session().close()  # nothing stays open while the network is slow
    left = [message for message, _sent in composed]
    try:
        for problem in CHANNELS[kind].carrier().deliver(sent for _message, sent in composed):
            message = left.pop(0)
            if problem is None:
                with write() as session:
                    _mark_done(session, message, holder, now())
            else:
                logger.warning("%s %s was refused: %s", kind, message.id, _without_address(message, problem))
                _note_failure(message, holder, problem)
    except OSError as error:
        logger.warning("%s could not be sent: %s", kind, error)
        for message in left:
            _note_failure(message, holder, f"{type(error).__name__}: {error}")


def _composed(message: Claimed, holder: str) -> Any:
    """The message, or None: there is nothing to send any more, or it cannot be written, which is its own failure."""
    try:
        sent = CHANNELS[message.kind].compose(message.payload, now())
    except (ValueError, KeyError) as error:
        logger.warning("%s %s cannot be written: %s", message.kind, message.id, error)
        _note_failure(message, holder, f"{type(error).__name__}: {error}")
        return None
    if sent is None:
        with write() as session:
            _mark_done(session, message, holder, now())
    return sent


def _mark_done(session: Any, message: Claimed, holder: str, at: datetime) -> None:
    """Done: what the message said is emptied, because it may hold an address; that it was sent stays."""
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == message.id, OutboxMessage.leased_by == holder)
        .values(done_at=at, payload={}, error="", leased_until=None)
    )


def _note_failure(message: Claimed, holder: str, problem: str) -> None:
    """Try again later, longer each time; after the last try it is given up and shown, the address left out."""
    at, attempts = now(), message.attempts + 1
    with write() as session:
        session.execute(
            update(OutboxMessage)
            .where(OutboxMessage.id == message.id, OutboxMessage.leased_by == holder)
            .values(
                attempts=attempts,
                error=_without_address(message, problem)[:500],
                due_at=at + timedelta(seconds=15 * 2 ** (attempts - 1)),
                leased_until=None,
                failed_at=at if attempts >= ATTEMPTS else None,
            )
        )


def _without_address(message: Claimed, problem: str) -> str:
    """What went wrong, without the address that a mail server repeats: neither the table nor the log keeps it."""
    address = str(message.payload.get("to", ""))
    return problem.replace(address, HIDDEN) if address else problem
