# SPDX-License-Identifier: AGPL-3.0-or-later
"""The journal's periodic work; the core's manifest (civic/core.py) says how often each runs."""

import logging
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy.orm import Session

from civic.db.session import after_commit
from civic.journal.heads import Head, append_to_file, publish_head
from civic.journal.sealer import seal

logger = logging.getLogger(__name__)

SEAL_EVERY = 5
STRAGGLERS_EVERY = 3600
HEAD_EVERY = 24 * 3600


def seal_journal(session: Session, at: datetime) -> None:
    """Seal what was written since the last pass."""
    seal(session, at)


def seal_stragglers(session: Session, at: datetime) -> None:
    """Look through the whole journal for what the quick pass left, and log the entries that are refused."""
    done = seal(session, at, whole=True)
    if done.refused:
        logger.error(
            "journal: %s entries have no good MAC and stay unsealed, the first ones: %s. Run: civic journal verify",
            len(done.refused),
            done.refused[:20],
        )


def publish_daily_head(session: Session, at: datetime) -> None:
    """Seal, then publish the head on /journal and in the instance's file."""
    seal(session, at, whole=True)
    published = publish_head(session, at)
    if published is not None:
        head, instance = Head(published.seq, published.digest), Path(current_app.instance_path)
        after_commit(session, lambda: append_to_file(instance, head, at))
