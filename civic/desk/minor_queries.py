# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk reads about minors: those who wait for a parent's authorisation, those who have it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.people.minor import Minor
from civic.people.models import Person
from civic.web.pagination import Slice, keyset, page_of

PAGE = 25


def minors_page(session: Session, *, recorded: bool, after: str, before: str) -> Slice[Any]:
    """A page of those with or without a recorded authorisation, the first to say so first; one query."""
    query: Any = (
        select(
            Minor.id,
            Minor.told_at,
            Minor.of_age_on,
            Minor.age,
            Minor.revoked_at,
            Minor.recorded_at,
            Person.display_name,
        )
        .join(Person, Person.id == Minor.person_id)
        .where(Minor.recorded_at.is_not(None) if recorded else Minor.recorded_at.is_(None))
    )
    query, backwards = keyset(
        query, (Minor.told_at, Minor.id), (datetime, int), after=after, before=before, descending=False
    )
    rows = session.execute(query.limit(PAGE + 1)).all()
    began = bool(after or before)
    return page_of(rows, PAGE, lambda row: (row.told_at, row.id), backwards=backwards, began=began)


def minor_coded(session: Session, code: str) -> Minor | None:
    """Whose form bears this code."""
    return session.scalar(select(Minor).where(Minor.code == code)) if code else None
