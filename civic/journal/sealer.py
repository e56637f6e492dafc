# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sealer: chains entries after they were written, so that nobody who writes ever waits for the chain.

docs/decisions/0001-journal.md says why, with the figures.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from civic.journal.entries import Signed, canonical, is_authentic
from civic.journal.models import JournalEntry, Seal
from civic.journal.reading import COLUMNS, StoredEntry, stored_entry
from civic.keys import current_keys

GENESIS = "0" * 64
"""What stands before the first digest."""

LEASE = 4871237
"""PostgreSQL advisory lock of the one sealer; on SQLite the writer is alone anyway."""

BATCH = 500
REACH = 10_000
"""Seals looked back on for the quick pass: an entry whose transaction was open while more were sealed waits for the
hourly pass over the whole journal."""


@dataclass
class Sealing:
    """What one pass did.

    Attributes:
        sealed: how many entries.
        refused: ids of the entries without a good MAC; they stay unsealed and `verify` names them.
        leased: False when another sealer was at work: nothing was done.
    """

    sealed: int = 0
    refused: list[int] = field(default_factory=list)
    leased: bool = True


def seal(session: Session, at: datetime, limit: int = 2000, *, whole: bool = False) -> Sealing:
    """Seal up to `limit` entries that have no seal, in the order of their ids; call it inside a write.

    It asks for entries without a seal, never for "id beyond the last": PostgreSQL ids do not commit in order.
    `whole` looks through the whole journal, otherwise from a little before the last seals.
    """
    if not _take_lease(session):
        return Sealing(leased=False)
    key = current_keys().journal
    last = session.execute(select(Seal.seq, Seal.digest).order_by(Seal.seq.desc()).limit(1)).first()
    seq, previous = (last.seq, last.digest) if last else (0, GENESIS)
    done = Sealing()
    for batch in _unsealed(session, 0 if whole else _reach(session)):
        rows: list[dict[str, Any]] = []
        for entry in batch:
            if not is_authentic(key, entry):
                done.refused.append(entry.id)
            elif done.sealed + len(rows) < limit:
                seq, digest = seq + 1, digest_of(previous, entry)
                rows.append({"seq": seq, "entry_id": entry.id, "previous": previous, "digest": digest, "sealed_at": at})
                previous = digest
        if rows:
            session.execute(insert(Seal), rows)
            done.sealed += len(rows)
        if done.sealed >= limit:
            break
    return done


def digest_of(previous: str, entry: Signed) -> str:
    """SHA-256 of the digest before, the canonical entry and its MAC, in hexadecimal."""
    return hashlib.sha256(previous.encode() + canonical(entry) + entry.mac.encode()).hexdigest()


def _take_lease(session: Session) -> bool:
    """Whether this transaction is the sealer; given back at its end, whatever happens."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:lease)"), {"lease": LEASE}))


def _reach(session: Session) -> int:
    """The lowest entry id among the last seals: older entries without a seal are left to the hourly pass.

    0 while there are fewer seals than that.
    """
    recent = select(Seal.entry_id).order_by(Seal.seq.desc()).limit(REACH).subquery()
    count, lowest = session.execute(select(func.count(), func.min(recent.c.entry_id))).one()
    return int(lowest) if count == REACH else 0


def _unsealed(session: Session, beyond: int) -> Iterator[list[StoredEntry]]:
    """Entries without a seal, in batches, by id; refused ones are passed, so that they never stop the others."""
    while True:
        query = (
            select(*COLUMNS)
            .outerjoin(Seal, Seal.entry_id == JournalEntry.id)
            .where(Seal.seq.is_(None), JournalEntry.id > beyond)
            .order_by(JournalEntry.id)
            .limit(BATCH)
        )
        batch = [stored_entry(row) for row in session.execute(query)]
        if batch:
            yield batch
        if len(batch) < BATCH:
            return
        beyond = batch[-1].id
