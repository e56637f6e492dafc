# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who takes part in a process, as everyone may read it: a fixed number of queries, whatever the number of acts."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.i18n.setup import current_zone
from civic.reach.census import Census, town_census
from civic.reach.counting import participants
from civic.reach.tables import Table, age_table, quartier_table
from civic.spaces.models import Space, SpaceQuartier
from civic.territory.models import Quartier
from civic.territory.services import quartiers_on

COLUMNS = (
    "table",
    "group",
    "persons",
    "published",
    "counted_among",
    "share_percent",
    "inhabitants",
    "inhabitants_among",
    "inhabitants_share_percent",
)
"""Each share stands beside the two numbers it is made of."""


@dataclass(frozen=True)
class Participation:
    """The published figures of a process."""

    quartiers: Table
    ages: Table
    census: Census | None
    whole_town: bool
    """Whether it is about all the quartiers of today: otherwise the inhabitants are those of `concerned`."""
    concerned: tuple[Quartier, ...]
    """The quartiers of today the process is about."""

    @property
    def total(self) -> int:
        """Persons counted, in whole groups; 0 below the first."""
        return self.quartiers.total


def participation_of(session: Session, space: Space, at: datetime) -> Participation:
    """Who took part until now. Five queries at most."""
    today = at.astimezone(current_zone()).date()
    quartiers = quartiers_on(session, today)
    concerned = _concerned(session, space, quartiers)
    census = town_census(session)
    groups = participants(session, space.id, today.year)
    return Participation(
        quartier_table(groups, quartiers, concerned, census),
        age_table(groups, concerned, census),
        census,
        len(concerned) == len(quartiers),
        tuple(one for one in quartiers if one.id in concerned),
    )


def lines_of(found: Participation) -> Iterator[tuple[object, ...]]:
    """The lines of the file: the same as on the page."""
    for name, table in (("quartier", found.quartiers), ("age", found.ages)):
        for row in table.rows:
            yield (
                name,
                row.label,
                row.cell.count,
                row.cell.shown.value,
                row.base if row.share is not None else None,
                row.share,
                row.inhabitants,
                row.population if row.inhabitants_share is not None else None,
                row.inhabitants_share,
            )
        yield (name, "total", table.total or None, "count" if table.total else "few", *(None,) * 5)


def _concerned(session: Session, space: Space, quartiers: list[Quartier]) -> set[int]:
    """Ids of the quartiers of today the process is about: all of them where none of its own is left."""
    present = {one.id for one in quartiers}
    if space.whole_town:
        return present
    own = select(SpaceQuartier.quartier_id).where(SpaceQuartier.space_id == space.id)
    return present & set(session.scalars(own)) or present
