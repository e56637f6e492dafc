# SPDX-License-Identifier: AGPL-3.0-or-later
"""Periodic work; idempotent."""

import logging
from datetime import datetime

from sqlalchemy.orm import Session

from .queries import open_entries

logger = logging.getLogger(__name__)


def count_open(session: Session, at: datetime) -> None:
    """Say in the log how many requests are open."""
    logger.info("parking: %s open requests at %s", open_entries(session), at.isoformat())
