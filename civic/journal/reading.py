# SPDX-License-Identifier: AGPL-3.0-or-later
"""Entries as the database holds them, read so that a spoilt value is a finding and never a crash."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import String, Text, cast, type_coerce

from civic.journal.models import JournalEntry, Seal

COLUMNS = (
    JournalEntry.id, JournalEntry.uid, type_coerce(JournalEntry.at, String).label("at"), JournalEntry.actor_id,
    JournalEntry.role, JournalEntry.act, JournalEntry.subject_kind, JournalEntry.subject_id, JournalEntry.from_state,
    JournalEntry.to_state, JournalEntry.channel, JournalEntry.request_id,
    cast(JournalEntry.details, Text).label("details"), JournalEntry.commitment, JournalEntry.mac,
)  # fmt: skip
"""What `StoredEntry` reads; times and details come as they are stored."""

_AT, _DETAILS = 2, 12
SEALED_AT = type_coerce(Seal.sealed_at, String).label("sealed_at")


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry; `at` or `details` is None where what is stored cannot be read: such an entry is never authentic."""

    id: int
    uid: str
    at: datetime | None
    actor_id: int | None
    role: str
    act: str
    subject_kind: str
    subject_id: int
    from_state: str | None
    to_state: str | None
    channel: str
    request_id: str
    details: Any
    commitment: str
    mac: str


def stored_entry(row: Sequence[Any]) -> StoredEntry:
    """The entry of a row that begins with COLUMNS."""
    values = list(row[: len(COLUMNS)])
    values[_AT], values[_DETAILS] = moment_of(values[_AT]), _details_of(values[_DETAILS])
    return StoredEntry(*values)


def moment_of(stored: object) -> datetime | None:
    """A time: PostgreSQL gives one, SQLite a text in UTC; None when it is neither."""
    if isinstance(stored, str):
        try:
            stored = datetime.fromisoformat(stored)
        except ValueError:
            return None
    if not isinstance(stored, datetime):
        return None
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)


def _details_of(stored: object) -> Any:
    """The details, or None when they are not JSON."""
    try:
        return json.loads(stored) if isinstance(stored, str) else None
    except (ValueError, RecursionError):
        return None
