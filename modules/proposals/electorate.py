# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who takes part in proposals: each act names its electorate, as the town, the process or the phase set it."""

from datetime import datetime

from sqlalchemy.orm import Session

from civic.capabilities.subjects import SAME_DATES
from civic.items.models import Item
from civic.people.electorates import Electorate, refusal_to
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.spaces.models import Component
from civic.spaces.phases import Calendar

from .settings import settings_in


def electorate_in(
    session: Session, component: Component | None, verb: str, at: datetime, calendar: Calendar | None = None
) -> Electorate:
    """The electorate of an act (`submit`, `support`, `comment`, `question`) in a place at a moment."""
    opening = SAME_DATES.get(verb, verb)
    rules = settings_in(session, component, at, opening, calendar)
    level: str = getattr(rules, f"{opening}_level")
    return Electorate(level=level, with_account=not getattr(rules, f"{verb}_without_account"))


def refusal_in(
    session: Session,
    actor: Actor,
    component: Component | None,
    verb: str,
    at: datetime,
    calendar: Calendar | None = None,
) -> Refusal | None:
    """Why the actor is not of the electorate, with what to do; a visitor is first asked to sign in, elsewhere."""
    return refusal_to(session, actor, electorate_in(session, component, verb, at, calendar), at)


def who_may(session: Session, actor: Actor, item: Item, verb: str, at: datetime) -> Refusal | None:
    """The same, for an act on a proposal."""
    component = session.get(Component, item.component_id) if item.component_id is not None else None
    return refusal_in(session, actor, component, verb, at)
