# SPDX-License-Identifier: AGPL-3.0-or-later
"""What is done with entries: verbs that take the actor and the moment, never read the request, never commit."""

from datetime import datetime

from flask_babel import lazy_pgettext
from sqlalchemy.orm import Session

from civic.events.base import Created
from civic.events.outbox import announce
from civic.items.models import Item
from civic.items.numbers import give_number
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing
from civic.search.index import index_item
from civic.settings.store import portal_state
from civic.settings.workflows import lifecycle
from civic.spaces.services import ensure_standing
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import Lifecycle, perform, start

from .models import Entry
from .permissions import ENTRY_POLICY
from .queries import entry_words
from .settings import SCOPE, Settings
from .workflow import ENTRY, KIND, MODULE


def cycle_of(session: Session) -> Lifecycle:
    """The workflow of entries as the town set it."""
    return lifecycle(session, ENTRY, ENTRY_POLICY)


def write_entry(session: Session, actor: Actor, title: str, body: str, language: str, at: datetime) -> Item:
    """Publish an entry. Raises Denied, or Missing for each field that is empty or too long."""
    ENTRY_POLICY.require("entry:write", actor, None, at)
    _check(session, title, body)
    place = ensure_standing(session, MODULE, {}, at)
    item = Item(
        kind=KIND,
        component_id=place.id,
        space_id=place.space_id,
        title={language: title.strip()},
        language=language,
        author_id=actor.person_id,
        channel=actor.channel,
        created_at=at,
    )
    start(session, cycle_of(session), actor, item, at)
    session.add(Entry(id=item.id, body=body.strip()))
    give_number(session, item)
    item.visible, item.published_at = True, at
    session.flush()
    index_item(session, item.id, entry_words(session, item))
    announce(session, Created(KIND, item.id, at), at=at)
    return item


def close_entry(
    session: Session, actor: Actor, item: Item, reason: str, at: datetime, *, version: int | None = None
) -> None:
    """Close an entry, with a public reason. Raises what `perform` raises."""
    data = TransitionData(reason=reason)
    perform(session, cycle_of(session), actor, item, "close", at=at, version=version, data=data)


def _check(session: Session, title: str, body: str) -> None:
    """Raise Missing naming each field that is empty or too long."""
    limit = portal_state(session).settings(SCOPE, Settings).body_length
    faults = {}
    if not title.strip():
        faults["title"] = lazy_pgettext("parking", "Write a title.")
    elif len(title) > 200:
        faults["title"] = lazy_pgettext("parking", "Write at most %(count)s characters.", count=200)
    if len(body) > limit:
        faults["body"] = lazy_pgettext("parking", "Write at most %(count)s characters.", count=limit)
    if faults:
        raise Missing({field: str(sentence) for field, sentence in faults.items()})
