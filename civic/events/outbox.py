# SPDX-License-Identifier: AGPL-3.0-or-later
"""Putting messages in the outbox, inside the act's own transaction."""

from datetime import datetime
from typing import Any

from blinker import Signal
from sqlalchemy.orm import Session

from civic.db.session import after_commit
from civic.events.base import Event
from civic.events.models import OutboxMessage

outbox_filled = Signal("something waits in the outbox; sent after the commit, in the process that wrote it")


def put(
    session: Session,
    kind: str,
    payload: dict[str, Any],
    *,
    at: datetime,
    due_at: datetime | None = None,
    dedupe: str | None = None,
) -> OutboxMessage:
    """Add a message for the handler named `kind`, to be delivered at least once, from `due_at` on.

    `dedupe` is unique for ever: a second message with the same value breaks the transaction, so use it for what
    must happen once (a reminder of one file for one day) and look before you put.
    """
    message = OutboxMessage(kind=kind, payload=payload, dedupe=dedupe, created_at=at, due_at=due_at or at)
    session.add(message)
    after_commit(session, _tell)
    return message


def announce(session: Session, event: Event, *, at: datetime) -> None:
    """Announce a fact: listeners hear it after the commit, at least once."""
    put(session, "event", {"event": type(event).__name__, "values": event.to_payload()}, at=at)


def _tell() -> None:
    """Wake the runners of this process."""
    outbox_filled.send()
