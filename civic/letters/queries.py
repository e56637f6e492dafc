# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk reads about letters: a fixed number of queries a page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.letters.models import Letter, LetterBatch, LetterCode
from civic.letters.printing import addressee_of
from civic.people.models import Person
from civic.web.pagination import Slice, keyset, page_of

PER_PAGE = 30
MOST_WRONG = 5
"""Wrong dates of birth after which a code serves no more."""
SERVES, USED, EXPIRED, REVOKED, BLOCKED = "serves", "used", "expired", "revoked", "blocked"


def count_letters(session: Session) -> int:
    """How many letters wait for a batch."""
    waiting = select(func.count()).where(Letter.batch_id.is_(None), Letter.settled_at.is_(None))
    return session.scalar(waiting) or 0


def batches(session: Session, *, after: str = "", before: str = "") -> Slice[LetterBatch]:
    """Batches, the newest first."""
    query, backwards = keyset(
        select(LetterBatch), (LetterBatch.id,), (int,), after=after, before=before, descending=True
    )
    rows: Sequence[LetterBatch] = session.scalars(query.limit(PER_PAGE + 1)).all()
    return page_of(rows, PER_PAGE, lambda row: (row.id,), backwards=backwards, began=bool(after or before))


def letters_of(session: Session, batch_id: int) -> list[Row[Any]]:
    """The letters of a batch with whom they are for and which file they tell of, in the order of the print."""
    return list(
        session.execute(
            select(
                *(Letter.id, Letter.sealed.is_not(None).label("is_whole"), Letter.settled_by),
                *(Person.id.label("person_id"), Person.given_name, Person.family_name, Person.display_name),
                *(Item.number, Item.title, Item.language),
            )
            .join(Person, Person.id == Letter.person_id)
            .join(Item, Item.id == Letter.item_id)
            .where(Letter.batch_id == batch_id)
            .order_by(Letter.place)
        )
    )


def codes_of(session: Session, batch_id: int, at: datetime) -> list[tuple[LetterCode, str, str]]:
    """The codes of a batch with the addressee's name (empty once forgotten) and how each stands."""
    rows = session.scalars(select(LetterCode).where(LetterCode.batch_id == batch_id).order_by(LetterCode.id)).all()
    return [(code, _name(code), standing(code, at)) for code in rows]


def standing(code: LetterCode, at: datetime) -> str:
    """How a code stands; what happened first is what is told."""
    if code.used_at is not None:
        return USED
    if code.expires_at <= at:
        return EXPIRED
    if code.revoked_at is not None:
        return REVOKED
    return BLOCKED if code.wrong_count >= MOST_WRONG else SERVES


def _name(code: LetterCode) -> str:
    """First names and surname of the addressee."""
    found = addressee_of(code)
    return f"{found.identity.first_names} {found.identity.surname}" if found is not None else ""
