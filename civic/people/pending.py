# SPDX-License-Identifier: AGPL-3.0-or-later
"""Pending acts: what someone typed before signing in, kept 24 hours under a random token, given back once."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.people.actors import token_hash
from civic.people.models import PendingAct

KEPT = timedelta(hours=24)
LONGEST_PATH = 500


def keep_pending(session: Session, path: str, data: Mapping[str, Sequence[str]], at: datetime) -> str:
    """Keep a form's values for the page `path`; returns the token of the browser's cookie."""
    token = secrets.token_urlsafe(32)
    session.add(
        PendingAct(
            token_hash=token_hash(token),
            path=path[:LONGEST_PATH],
            data={name: list(values) for name, values in data.items()},
            created_at=at,
            expires_at=at + KEPT,
        )
    )
    return token


def pending_data(session: Session, token: str, path: str, at: datetime) -> dict[str, list[str]] | None:
    """What was typed on the page `path` in the browser that holds the token; None when there is nothing."""
    found: dict[str, list[str]] | None = session.scalar(
        select(PendingAct.data).where(
            PendingAct.token_hash == token_hash(token),
            PendingAct.path == path[:LONGEST_PATH],
            PendingAct.expires_at > at,
        )
    )
    return found


def drop_pending(session: Session, token: str) -> None:
    """Forget what the token stands for: the act was done."""
    session.execute(delete(PendingAct).where(PendingAct.token_hash == token_hash(token)))


def purge_pending(session: Session, at: datetime) -> None:
    """Remove what is older than 24 hours (run by a schedule)."""
    session.execute(delete(PendingAct).where(PendingAct.expires_at <= at))
