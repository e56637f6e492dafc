# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing journal entries: in the same transaction as the change they tell."""

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from civic.journal.models import JournalEntry, JournalText
from civic.keys import current_keys
from civic.permissions.actor import Actor

SIGNED_FIELDS = (
    "uid", "actor_id", "role", "act", "subject_kind", "subject_id",
    "from_state", "to_state", "channel", "request_id", "details", "commitment",
)  # fmt: skip
"""Columns the MAC covers, besides `at`; `id` is left out because the database gives it."""


def record(
    session: Session,
    actor: Actor,
    act: str,
    *,
    kind: str,
    subject_id: int,
    at: datetime,
    from_state: str | None = None,
    to_state: str | None = None,
    text: str = "",
    details: dict[str, Any] | None = None,
) -> JournalEntry:
    """Add an entry. Free text about persons goes to `text` only: it can be erased without breaking the chain."""
    entry = JournalEntry(
        uid=secrets.token_hex(16),
        at=at.astimezone(UTC),
        actor_id=actor.account_id,
        role=actor.acting_role,
        act=act,
        subject_kind=kind,
        subject_id=subject_id,
        from_state=from_state,
        to_state=to_state,
        channel=actor.channel,
        request_id=actor.request_id,
        details=details or {},
        commitment="",
    )
    if text:
        salt = secrets.token_hex(16)
        entry.commitment = commitment(salt, text)
        session.add(JournalText(entry_uid=entry.uid, salt=salt, text=text))
    entry.mac = mac(current_keys().journal, entry)
    session.add(entry)
    return entry


def commitment(salt: str, text: str) -> str:
    """SHA-256 of salt and text, in hexadecimal."""
    return hashlib.sha256(f"{salt}\x00{text}".encode()).hexdigest()


def canonical(entry: JournalEntry) -> bytes:
    """The signed fields as JSON with sorted keys and no spaces; times in UTC to the microsecond."""
    values = {name: getattr(entry, name) for name in SIGNED_FIELDS}
    values["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def mac(key: bytes, entry: JournalEntry) -> str:
    """HMAC-SHA256 of the canonical entry, in hexadecimal."""
    return hmac.new(key, canonical(entry), hashlib.sha256).hexdigest()
