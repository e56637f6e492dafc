# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who took part in a process: persons, each once, whatever they did and by whatever way.

The figures move SMALLEST persons at a time, in the order in which people first took part: someone who looks before and
after one person's act learns nothing about that person.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, Select, func, select, union_all
from sqlalchemy.orm import Session

from civic.comments.models import Comment
from civic.items.models import Item
from civic.people.models import Person
from civic.reach.bands import band_in
from civic.reach.suppression import SMALLEST
from civic.supports.models import Support


@dataclass(frozen=True)
class Group:
    """Persons of one quartier and one age band; None where it is not known."""

    quartier_id: int | None
    band: str | None
    persons: int


def participants(session: Session, space_id: int, year: int) -> list[Group]:
    """The persons who proposed, commented or supported in the space, by quartier and band. One query.

    Drafts, withdrawn comments, the town's own replies and what is said in an organisation's name do not count.
    """
    band = band_in(year).label("band")
    counted = (
        select(Person.quartier_id, band, func.count().label("persons"))
        .where(Person.id.in_(_in_whole_fives(space_id)))
        .group_by(Person.quartier_id, band)
    )
    return [Group(row.quartier_id, row.band, row.persons) for row in session.execute(counted)]


def _in_whole_fives(space_id: int) -> Select[int]:
    """Ids of the first persons who took part, as many as make whole groups of SMALLEST."""
    acts = _acts(space_id).subquery()
    first = func.min(acts.c.at)
    ordered = (
        select(
            acts.c.person_id,
            func.row_number().over(order_by=(first, acts.c.person_id)).label("place"),
            func.count().over().label("total"),
        )
        .group_by(acts.c.person_id)
        .subquery()
    )
    return select(ordered.c.person_id).where(ordered.c.place <= ordered.c.total - ordered.c.total % SMALLEST)


def _acts(space_id: int) -> CompoundSelect[int | None, datetime | None]:
    """Every act of a person in the space, with its moment."""
    here = select(Item.id).where(Item.space_id == space_id)
    proposed = select(Item.author_id.label("person_id"), Item.published_at.label("at")).where(
        Item.space_id == space_id,
        Item.author_id.is_not(None),
        Item.published_at.is_not(None),
        Item.organisation_id.is_(None),
    )
    commented = select(Comment.author_id, Comment.created_at).where(
        Comment.item_id.in_(here),
        Comment.withdrawn_at.is_(None),
        Comment.organisation_id.is_(None),
        Comment.for_town.is_(False),
    )
    supported = select(Support.person_id, Support.at).where(Support.item_id.in_(here))
    return union_all(proposed, commented, supported)
