# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a list of proposals is asked for, and the conditions it means."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.delays.lateness import late
from civic.items.models import Item, ItemTag
from civic.search.query import look_up

GROUPS: dict[str, tuple[str, ...]] = {
    "open": ("submitted", "incomplete", "studied", "deciding"),
    "accepted": ("accepted", "accepted_partly", "planned", "in_progress"),
    "done": ("done",),
    "declined": ("declined", "given_up"),
    "withdrawn": ("withdrawn",),
}
"""States as the public filters them."""


@dataclass(frozen=True)
class Asked:
    """A list asked for by its address; unknown values count as nothing."""

    text: str = ""
    group: str = ""
    quartier: str = ""
    tag: str = ""
    process: str = ""
    late: bool = False
    sort: str = "newest"
    after: str = ""
    before: str = ""


@dataclass(frozen=True)
class Option:
    """A value a list can be filtered by."""

    id: int
    slug: str
    name: PerLanguage


@dataclass(frozen=True)
class Options:
    """Quartiers, themes and processes by slug."""

    quartiers: dict[str, Option]
    tags: dict[str, Option]
    processes: dict[str, Option]


@dataclass(frozen=True)
class Wanted:
    """The filters in use as conditions on Item.

    Attributes:
        first: what an index answers by itself: at most one filter, or few words.
        then: the others, looked at row by row.
        countable: whether a count that looks at so many rows of `first` tells something.
    """

    first: tuple[ColumnElement[bool], ...]
    then: tuple[ColumnElement[bool], ...]
    countable: bool

    @property
    def conditions(self) -> tuple[ColumnElement[bool], ...]:
        """All of them."""
        return (*self.first, *self.then)


def wanted_by(session: Session, asked: Asked, known: Options, at: datetime) -> Wanted:
    """The conditions of a list, at the cost of one small query where words are typed."""
    words = look_up(session, asked.text)
    indexed, probed = list(_indexed(asked, known)), list(_probed(asked, known, at))
    if words is not None:
        return Wanted((words.condition,), (*indexed, *probed), countable=words.few)
    return Wanted(tuple(indexed[:1]), (*indexed[1:], *probed), countable=bool(indexed or probed))


def _indexed(asked: Asked, known: Options) -> Iterator[ColumnElement[bool]]:
    """The filters that have an index, the one that leaves least first; a value nobody has finds nothing."""
    for slug, found, place in (
        (asked.process, known.processes, Item.space_id),
        (asked.quartier, known.quartiers, Item.quartier_id),
    ):
        if slug:
            yield place == (found[slug].id if slug in found else -1)
    if asked.group in GROUPS:
        yield Item.state.in_(GROUPS[asked.group])


def _probed(asked: Asked, known: Options, at: datetime) -> Iterator[ColumnElement[bool]]:
    """The other filters."""
    if asked.tag:
        tag_id = known.tags[asked.tag].id if asked.tag in known.tags else -1
        yield exists().where(ItemTag.item_id == Item.id, ItemTag.tag_id == tag_id)
    if asked.late:
        yield late(at)
