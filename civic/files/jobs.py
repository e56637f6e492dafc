# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done about files from time to time, and when an item moves: messages for the runner (civic/files/work.py)."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from civic.events.base import Transitioned
from civic.events.models import OutboxMessage
from civic.events.outbox import put
from civic.files.models import WAITING, StoredFile
from civic.files.settings import files_settings
from civic.files.visibility import misplaced
from civic.files.work import DRAW, HANDLERS, PLACE, SWEEP, drop
from civic.items.models import Item

AT_ONCE = 200


def place_after(session: Session, event: Transitioned) -> None:
    """An item, or the space it stands in, changed state: its files become public, or private again."""
    for file_id in misplaced(session, or_(Item.id == event.subject_id, Item.space_id == event.subject_id)):
        put(session, PLACE, {"file": file_id}, at=event.at)


def place_misplaced(session: Session, at: datetime) -> None:
    """The same for whatever changed otherwise: a space made public, an item hidden."""
    for file_id in misplaced(session)[:AT_ONCE]:
        put(session, PLACE, {"file": file_id}, at=at)


def draw_waiting(session: Session, at: datetime) -> None:
    """Ask again for pictures that still wait after an hour: the store was down for longer than messages are tried."""
    late = select(StoredFile.id).where(StoredFile.state == WAITING, StoredFile.created_at < at - timedelta(hours=1))
    for file_id in session.scalars(late.limit(AT_ONCE)):
        put(session, DRAW, {"file": file_id}, at=at)


def destroy_removed(session: Session, at: datetime) -> None:
    """Destroy the files removed longer ago than the town keeps them."""
    limit = at - timedelta(days=files_settings(session).kept_days)
    destroy(session, list(session.scalars(_removed(limit).limit(AT_ONCE))), at)


def _removed(limit: datetime) -> Select[StoredFile]:
    """Files removed before a moment."""
    return select(StoredFile).where(StoredFile.removed_at <= limit).order_by(StoredFile.id)


def destroy(session: Session, files: list[StoredFile], at: datetime) -> None:
    """Delete rows, and have their objects deleted after the commit."""
    for file in files:
        drop(session, file.area, file.paths(), at)
    session.execute(delete(StoredFile).where(StoredFile.id.in_([file.id for file in files])))


def ask_for_sweep(session: Session, at: datetime) -> None:
    """Have the store compared with the rows, which takes too long for a transaction."""
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.kind == SWEEP, OutboxMessage.done_at.is_(None), OutboxMessage.failed_at.is_(None)
    )
    if session.scalar(waiting.limit(1)) is None:
        put(session, SWEEP, {}, at=at)


def settle_files(session: Session, at: datetime) -> None:
    """Do now, inside the caller's write, all that the runner would do: for the demonstration, which sends nothing."""
    place_misplaced(session, at)
    session.flush()
    ours = select(OutboxMessage).where(OutboxMessage.kind.in_(HANDLERS), OutboxMessage.done_at.is_(None))
    while (message := session.scalar(ours.order_by(OutboxMessage.id).limit(1))) is not None:
        HANDLERS[message.kind](session, message.payload)(session, at)
        message.done_at = at
        session.flush()
