# SPDX-License-Identifier: AGPL-3.0-or-later
"""Writing journal entries: in the same transaction as the change they tell."""

import hashlib
import hmac
import json
import math
import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from civic.journal.models import JournalEntry, JournalText
from civic.journal.reading import StoredEntry
from civic.keys import current_keys
from civic.permissions.actor import Actor

SIGNED_FIELDS = (
    "uid", "actor_id", "role", "act", "subject_kind", "subject_id",
    "from_state", "to_state", "channel", "request_id", "details", "commitment",
)  # fmt: skip
"""Columns the MAC covers, besides `at`; `id` is left out because the database gives it."""

Signed = JournalEntry | StoredEntry
"""An entry being written, or read as it is stored."""


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
    """Add an entry. Free text about persons goes to `text` only: it can be erased without breaking the chain.

    Raises ValueError for details that a database could give back otherwise than they were written.
    """
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
        details=_exact(details or {}),
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


def canonical(entry: Signed) -> bytes:
    """The signed fields as JSON with sorted keys and no spaces; times in UTC to the microsecond.

    Raises ValueError or TypeError for a stored entry that nobody could have signed.
    """
    if entry.at is None or entry.details is None:
        raise ValueError(f"entry {entry.id} cannot be read")
    values = {name: getattr(entry, name) for name in SIGNED_FIELDS}
    values["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def mac(key: bytes, entry: Signed) -> str:
    """HMAC-SHA256 of the canonical entry, in hexadecimal."""
    return hmac.new(key, canonical(entry), hashlib.sha256).hexdigest()


def is_authentic(key: bytes, entry: Signed) -> bool:
    """Whether the entry is as the portal wrote it; what cannot even be read is not."""
    try:
        return hmac.compare_digest(mac(key, entry), entry.mac)
    except (ValueError, TypeError):
        return False


def _exact(value: Any) -> Any:
    """The details as JSON gives them back. Raises ValueError for a number that PostgreSQL's jsonb would rewrite."""
    if isinstance(value, dict):
        return {str(name): _exact(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(inner) for inner in value]
    if isinstance(value, float) and (not math.isfinite(value) or abs(value) >= 1e15 or str(value) == "-0.0"):
        raise ValueError(f"{value!r} cannot stand in journal details: write it as a text")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise ValueError(f"{value!r} cannot stand in journal details: write texts, numbers, lists and dictionaries")
