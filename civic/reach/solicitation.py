# SPDX-License-Identifier: AGPL-3.0-or-later
"""How often the same residents are asked: processes that addressed each quartier in the last twelve months."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.items.models import Item
from civic.permissions.actor import Actor
from civic.spaces.access import visible_spaces
from civic.spaces.models import Phase, Space, SpaceQuartier

PERIOD = timedelta(days=365)
MANY = 3
"""From so many processes on, a quartier is asked a lot: better join what exists than call one more meeting."""


@dataclass(frozen=True)
class Asked:
    """A process that addressed a quartier."""

    space_id: int
    slug: str
    title: PerLanguage


def processes_by_quartier(
    session: Session, actor: Actor, quartier_ids: Iterable[int], at: datetime
) -> dict[int, list[Asked]]:
    """For each quartier the processes that were under way in the period, whole-town ones included. One query.

    A process is under way while it has a phase; without phases, while it is open. Those being prepared ask nobody yet,
    and those of the town's staff ask no resident.
    """
    asked = select(Phase.id).where(Phase.space_id == Space.id, Phase.opens_at <= at, Phase.closes_at > at - PERIOD)
    dated = select(Phase.id).where(Phase.space_id == Space.id)
    rows = session.execute(
        select(Space.id, Space.slug, Space.whole_town, Item.title, SpaceQuartier.quartier_id)
        .join(Item, Item.id == Space.id)
        .outerjoin(SpaceQuartier, SpaceQuartier.space_id == Space.id)
        .where(Space.kind == "process", Space.visibility != "staff", Item.state != "preparing", visible_spaces(actor))
        .where(or_(asked.exists(), and_(~dated.exists(), Item.state == "open")))
        .order_by(Space.id, SpaceQuartier.quartier_id)
    )
    found: dict[int, dict[int, Asked]] = {quartier: {} for quartier in quartier_ids}
    for row in rows:
        for quartier in found if row.whole_town else {row.quartier_id} & found.keys():
            found[quartier][row.id] = Asked(row.id, row.slug, row.title)
    return {quartier: list(processes.values()) for quartier, processes in found.items()}
