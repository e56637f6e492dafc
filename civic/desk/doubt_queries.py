# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the desk reads of two persons who may be one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from civic.comments.models import Comment
from civic.desk.people_queries import accounts_of, quartier_name, verifications_of
from civic.items.models import Item
from civic.people.doubtful_pairs import WAITING, DoubtfulPair
from civic.people.known_identity import Contact, Opened, contact_of, identities_of
from civic.people.models import Account, Person, Verification
from civic.supports.models import Support
from civic.web.pagination import Slice, keyset, page_of

PAGE = 25


@dataclass(frozen=True)
class Side:
    """One of the two, with all that helps to tell."""

    person: Person
    identities: list[Opened]
    contact: Contact
    accounts: list[Account]
    quartier: str
    verifications: list[Verification]
    written: int
    supports: int
    comments: int


def waiting_pairs(session: Session, *, after: str, before: str) -> Slice[Any]:
    """A page of pairs that wait, with both persons, the oldest first, in one query."""
    low, high = aliased(Person), aliased(Person)
    query: Any = (
        select(
            DoubtfulPair.id,
            DoubtfulPair.reason,
            DoubtfulPair.found_at,
            low.id.label("low_id"),
            high.id.label("high_id"),
        )
        .add_columns(*_names(low, "low"), *_names(high, "high"))
        .join(low, low.id == DoubtfulPair.low_id)
        .join(high, high.id == DoubtfulPair.high_id)
        .where(DoubtfulPair.decision == WAITING)
    )
    columns, kinds = (DoubtfulPair.found_at, DoubtfulPair.id), (datetime, int)
    query, backwards = keyset(query, columns, kinds, after=after, before=before, descending=False)
    rows = session.execute(query.limit(PAGE + 1)).all()
    began = bool(after or before)
    return page_of(rows, PAGE, lambda row: (row.found_at, row.id), backwards=backwards, began=began)


def doubts_of(session: Session, person_id: int) -> list[int]:
    """Pairs that wait and name the person."""
    query = select(DoubtfulPair.id).where(DoubtfulPair.decision == WAITING)
    either = (DoubtfulPair.low_id == person_id) | (DoubtfulPair.high_id == person_id)
    return list(session.scalars(query.where(either).order_by(DoubtfulPair.id)))


def side_of(session: Session, person_id: int) -> Side:
    """Everything of one of the two that may be compared."""
    person = session.get_one(Person, person_id)
    return Side(
        person,
        identities_of(session, person_id),
        contact_of(session, person_id),
        [account for account in accounts_of(session, person_id) if account.closed_at is None],
        quartier_name(session, person.quartier_id),
        [row.Verification for row in verifications_of(session, person_id)],
        _count(session, Item.author_id == person_id),
        _count(session, Support.person_id == person_id),
        _count(session, Comment.author_id == person_id),
    )


def _names(person: Any, prefix: str) -> list[Any]:
    """The columns a person is called by."""
    return [getattr(person, name).label(f"{prefix}_{name}") for name in ("given_name", "family_name", "display_name")]


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    """How many rows there are."""
    return session.scalar(select(func.count()).where(condition)) or 0
