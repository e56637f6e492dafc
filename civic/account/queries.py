# SPDX-License-Identifier: AGPL-3.0-or-later
"""What I did, whatever the module: one query for each kind of act, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import SQLColumnExpression, or_, select
from sqlalchemy.orm import Session

from civic.comments.models import Comment
from civic.follows.models import Follow
from civic.items.models import Item
from civic.people.models import Account
from civic.supports.models import Support
from civic.web.pagination import Slice, keyset, page_of

_ITEM = (Item.id, Item.kind, Item.number, Item.title, Item.state, Item.visible, Item.created_at)


@dataclass(frozen=True)
class Act:
    """A kind of act: its rows for a person, and the columns they are ordered by (`key0`, `key1`)."""

    title: str
    nothing: str
    query: Any
    person: SQLColumnExpression[Any]
    order: tuple[SQLColumnExpression[Any], ...]
    kinds: tuple[type, ...]


ACTS: Mapping[str, Act] = {
    "written": Act(
        _("What I wrote"),
        _("You have not submitted anything yet."),
        select(*_ITEM, Item.created_at.label("at"), Item.id.label("key")).where(
            or_(Item.visible, Item.number.is_not(None))
        ),
        Item.author_id,
        (Item.created_at, Item.id),
        (datetime, int),
    ),
    "supported": Act(
        _("What I support"),
        _("You do not support anything yet."),
        select(*_ITEM, Support.at.label("at"), Support.id.label("key")).join(Item, Support.item_id == Item.id),
        Support.person_id,
        (Support.at, Support.id),
        (datetime, int),
    ),
    "comments": Act(
        _("My comments"),
        _("You have not commented yet."),
        select(*_ITEM, Comment.created_at.label("at"), Comment.body, Comment.hidden_reason, Comment.id.label("key"))
        .join(Item, Comment.item_id == Item.id)
        .where(Comment.withdrawn_at.is_(None)),
        Comment.author_id,
        (Comment.created_at, Comment.id),
        (datetime, int),
    ),
    "followed": Act(
        _("What I follow"),
        _("You do not follow anything yet: use “Follow” on a page to be told what comes of it."),
        select(*_ITEM, Follow.at.label("at"), Follow.item_id.label("key"))
        .join(Item, Follow.item_id == Item.id)
        .join(Account, Follow.account_id == Account.id),
        Account.person_id,
        (Follow.at, Follow.item_id),
        (datetime, int),
    ),
}
"""Kinds of acts, by the word in the address. Drafts are no act yet: their module shows them (slot `account.acts`)."""


def acts_of(session: Session, person_id: int, name: str, *, after: str, before: str, size: int) -> Slice[Any]:
    """A page of one's acts of a kind, the last done first, in one query. KeyError for an unknown kind.

    By the day each shows, not by the order of the lines: what was entered from paper was done before.
    """
    act = ACTS[name]
    query, backwards = keyset(
        act.query.where(act.person == person_id), act.order, act.kinds, after=after, before=before
    )
    rows = session.execute(query.limit(size + 1)).all()
    return page_of(rows, size, lambda row: (row.at, row.key), backwards=backwards, began=bool(after or before))
