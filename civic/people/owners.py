# SPDX-License-Identifier: AGPL-3.0-or-later
"""Whose an identifier is."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.people.models import PersonIdentifier


def owner_of(session: Session, scheme: str, hashed: str) -> int | None:
    """The person who has the identifier, or None."""
    return session.scalar(
        select(PersonIdentifier.person_id)
        .where(PersonIdentifier.scheme == scheme, PersonIdentifier.hash == hashed)
        .with_for_update()
    )
