# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done about persons every day."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from civic.people.levels import lower_expired
from civic.people.minors import follow_setting, forget_of_age
from civic.people.rolls import purge_prepared

PREPARED_KEPT = timedelta(days=1)
"""How long a list that was read and never put in place is kept."""


def lower_levels(session: Session, at: datetime) -> None:
    """Lower the level of those whose verification has expired."""
    lower_expired(session, at)


def forget_prepared_rolls(session: Session, at: datetime) -> None:
    """Forget the lists that were read yesterday and not put in place."""
    purge_prepared(session, at - PREPARED_KEPT)


def forget_minors(session: Session, at: datetime) -> None:
    """Follow the age the town set; forget that those who have reached it were minors, and who had authorised them."""
    follow_setting(session, at)
    forget_of_age(session, at)
