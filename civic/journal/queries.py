# SPDX-License-Identifier: AGPL-3.0-or-later
"""What pages read of the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from civic.journal.entries import is_authentic
from civic.journal.models import JournalEntry, JournalText, Seal
from civic.journal.reading import COLUMNS, StoredEntry, stored_entry
from civic.journal.sealer import digest_of


@dataclass(frozen=True)
class Checked:
    """An entry with its text, and whether entry and seal hold, checked while the page is made.

    Attributes:
        seal: number of its seal; None while it waits for one.
        holds: the entry carries the portal's mark, and its seal fits it.
        erased: it had a text, which was erased.
    """

    entry: StoredEntry
    text: str
    seal: int | None
    digest: str
    holds: bool
    erased: bool


@dataclass(frozen=True)
class Filter:
    """What a reader of the journal looks for; empty means everything. Days are given as the moments they span."""

    kind: str = ""
    subject_id: int | None = None
    act: str = ""
    role: str = ""
    start: datetime | None = None
    end: datetime | None = None


def entries(chosen: Filter, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Entries with their seal and text, and the columns asked for, filtered, without order."""
    query = (
        select(*COLUMNS, Seal.seq, Seal.previous, Seal.digest, JournalText.text, *columns)
        .select_from(JournalEntry)
        .outerjoin(Seal, Seal.entry_id == JournalEntry.id)
        .outerjoin(JournalText, JournalText.entry_uid == JournalEntry.uid)
    )
    if chosen.kind:
        query = query.where(JournalEntry.subject_kind == chosen.kind)
    if chosen.subject_id is not None:
        query = query.where(JournalEntry.subject_id == chosen.subject_id)
    if chosen.act:
        query = query.where(JournalEntry.act == chosen.act)
    if chosen.role:
        query = query.where(JournalEntry.role == chosen.role)
    if chosen.start is not None:
        query = query.where(JournalEntry.at >= chosen.start)
    if chosen.end is not None:
        query = query.where(JournalEntry.at < chosen.end)
    return query


def checked(row: Row[Any], key: bytes) -> Checked:
    """A row of `entries`, its mark and seal checked."""
    entry = stored_entry(row)
    authentic = is_authentic(key, entry)
    holds = authentic and (row.seq is None or digest_of(row.previous, entry) == row.digest)
    return Checked(entry, row.text or "", row.seq, row.digest or "", holds, bool(entry.commitment) and row.text is None)


def history_of(session: Session, subjects: Sequence[tuple[str, int]], key: bytes) -> list[Checked]:
    """Every entry about these subjects (kind and id), oldest first, checked."""
    found = [
        checked(row, key)
        for kind, subject_id in subjects
        for row in session.execute(entries(Filter(kind, subject_id)).order_by(JournalEntry.id))
    ]
    return sorted(found, key=lambda one: one.entry.id)


def kinds_told(session: Session) -> list[str]:
    """The kinds the journal speaks of, jumping from one to the next in the index: as cheap on millions of lines."""
    steps = select(func.min(JournalEntry.subject_kind).label("kind")).cte("steps", recursive=True)
    following = select(func.min(JournalEntry.subject_kind)).where(JournalEntry.subject_kind > steps.c.kind)
    steps = steps.union_all(select(following.scalar_subquery()).where(steps.c.kind.is_not(None)))
    return list(session.scalars(select(steps.c.kind).where(steps.c.kind.is_not(None))))
