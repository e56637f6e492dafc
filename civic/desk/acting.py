# SPDX-License-Identifier: AGPL-3.0-or-later
"""The first step of every page of the core's desk: the permission on reading; `permitted` asks it again in the write."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from civic.clock import now
from civic.db.session import db
from civic.i18n.setup import current_zone
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.web.actors import current_actor


@dataclass(frozen=True)
class Visit:
    """Someone who may read a page of the desk."""

    session: Session
    actor: Actor
    at: datetime

    @property
    def today(self) -> date:
        """The day in the town's zone."""
        return self.at.astimezone(current_zone()).date()

    def may(self, action: str) -> bool:
        """Whether another act of the core is open to them (links to it are shown or not)."""
        return CORE_POLICY.allows(action, self.actor, None, self.at)


def enter(action: str) -> Visit:
    """Let the actor in, or raise Denied with the reason."""
    visit = Visit(db.session(), current_actor(), now())
    CORE_POLICY.require(action, visit.actor, None, visit.at)
    return visit


def day_of(moment: datetime) -> date:
    """The day of a moment in the town's zone."""
    return moment.astimezone(current_zone()).date()
