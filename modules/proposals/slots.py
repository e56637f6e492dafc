# SPDX-License-Identifier: AGPL-3.0-or-later
"""What proposals show on the core's pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from civic.items.models import Item
from civic.permissions.actor import VISITOR, Actor
from civic.spaces.models import Component
from civic.spaces.phases import opened
from civic.territory.models import Quartier

from .queries import component_for, drafts_of, newest
from .views.cards import cards


def in_process(session: Session, place: Component, at: datetime) -> Mapping[str, Any]:
    """The newest proposals of a process, and the way to write one while that is open."""
    rows = newest(session, Item.component_id == place.id)
    return {
        "cards": cards(session, rows, at),
        "refusal": opened(session, place, "submit", at),
        "process": place.space.slug,
    }


def in_quartier(session: Session, place: Quartier, at: datetime) -> Mapping[str, Any] | None:
    """How to propose something here; nothing for a quartier of the past or while proposals are closed."""
    today = place.valid_until is None or place.valid_until > at.date()
    return {"quartier": place} if today and _is_open(session, at) else None


def on_home(session: Session, place: None, at: datetime) -> Mapping[str, Any] | None:
    """The standing call for proposals, while it is open."""
    return {} if _is_open(session, at) else None


def in_account(session: Session, place: Actor, at: datetime) -> Mapping[str, Any] | None:
    """My drafts; nothing when there is none."""
    drafts = drafts_of(session, place.person_id)
    return {"drafts": drafts} if drafts else None


def _is_open(session: Session, at: datetime) -> bool:
    """Whether anyone may propose, outside any process."""
    component = component_for(session, VISITOR, "")
    return component is not None and opened(session, component, "submit", at) is None
