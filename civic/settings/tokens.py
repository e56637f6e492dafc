# SPDX-License-Identifier: AGPL-3.0-or-later
"""Idempotency tokens are forgotten once no page that holds one can still be open."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from civic.settings.models import SpentToken

KEPT_FOR = timedelta(days=7)


def purge_tokens(session: Session, at: datetime) -> None:
    """Delete the tokens spent more than a week ago."""
    session.execute(delete(SpentToken).where(SpentToken.at < at - KEPT_FOR))
