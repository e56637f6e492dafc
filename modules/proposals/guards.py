# SPDX-License-Identifier: AGPL-3.0-or-later
"""Why a proposal cannot go further yet. Guards only read."""

from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_pgettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session, object_session

from civic.db.types import PerLanguage
from civic.items.models import Item
from civic.permissions.actor import Actor
from civic.permissions.decision import Refusal
from civic.spaces.models import Component
from civic.spaces.phases import changed_settings, opened

from .electorate import who_may
from .models import Proposal
from .settings import settings_in

MONTH = timedelta(days=30)


def session_of(item: Item) -> Session:
    """The session the item was loaded in."""
    session = object_session(item)
    assert isinstance(session, Session)
    return session


def is_written(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """A proposal has a title and a text, and a point on the map never goes without words."""
    body = session_of(subject).get_one(Proposal, subject.id).body
    missing = []
    if not _any(subject.title):
        missing.append(lazy_pgettext("proposals", "its title"))
    if not body.strip():
        missing.append(lazy_pgettext("proposals", "its text"))
    if subject.lon is not None and not subject.place.strip():
        missing.append(lazy_pgettext("proposals", "where it is"))
    if not missing:
        return None
    fields = ", ".join(str(name) for name in missing)
    return Refusal("not_written", lazy_pgettext("proposals", "Before you submit it, write: %(fields)s.", fields=fields))


def is_open(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """Proposals are taken by phases and dates; what was sent back may come back later."""
    if subject.component_id is None:
        return None
    session = session_of(subject)
    return opened(session, session.get_one(Component, subject.component_id), "submit", at)


def is_of_electorate(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """Who may submit here is set by the town, the process or the phase."""
    return who_may(session_of(subject), actor, subject, "submit", at)


def is_within_limit(actor: Actor, subject: Any, at: datetime) -> Refusal | None:
    """One person submits so many proposals in 30 days (a setting): clerks can then answer each.

    A process, or its phase, that sets a limit of its own counts what was submitted there; otherwise the whole town counts.
    """
    session = session_of(subject)
    component = session.get(Component, subject.component_id) if subject.component_id is not None else None
    own = component is not None and "open_per_month" in changed_settings(session, component, "submit", at)
    limit = settings_in(session, component, at).open_per_month
    counted = [
        Item.author_id == subject.author_id,
        Item.kind == subject.kind,
        Item.published_at > at - MONTH,
        Item.state != "withdrawn",
    ]
    if own:
        counted.append(Item.component_id == subject.component_id)
    submitted = session.scalar(select(func.count()).select_from(Item).where(*counted)) or 0
    if submitted < limit:
        return None
    if own:
        return Refusal(
            "too_many",
            lazy_pgettext(
                "proposals",
                "The most one person may submit here in 30 days is %(count)s, and you have reached it. Keep this one as a draft.",
                count=limit,
            ),
        )
    return Refusal(
        "too_many",
        lazy_pgettext(
            "proposals",
            "You have submitted %(count)s proposals in 30 days, which is the most one person may. Keep this one as a draft.",
            count=limit,
        ),
    )


def _any(texts: PerLanguage) -> bool:
    """Whether a per-language value says something."""
    return any(text.strip() for text in texts.values())
