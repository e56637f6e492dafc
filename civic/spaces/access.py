# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who sees a space (S46: everyone, a secret link, its members, the town's staff): one rule, for a page and for a list.

`may_see` answers for one space, `visible_space_ids` for all of them in SQL; a test compares both on random data.
"""

from functools import lru_cache
from secrets import compare_digest
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true
from sqlalchemy.orm import Session, aliased

from civic.items.models import Item
from civic.permissions.actor import Actor, Grant
from civic.spaces.models import Space, SpaceMember

READERS = ("clerk", "moderator", "auditor", "administrator")
"""Roles that read a space whoever it is kept for, also while it is being prepared; in their scope only."""

VISIBILITIES = ("public", "preview", "members", "staff")


def may_see(actor: Actor, space: Space, *, is_member: bool = False, token: str = "") -> bool:
    """Whether the actor sees the space; `token` is the one of its preview link, `is_member` comes from the database."""
    if space.kind == "root" or any(actor.has(role, space.item) for role in READERS):
        return True
    if token and space.preview_token and compare_digest(token.encode(), space.preview_token.encode()):
        return True
    if space.item.state == "preparing":
        return False
    if space.visibility == "members":
        return is_member
    return space.visibility == "public" or (space.visibility == "staff" and actor.is_staff)


def is_member(session: Session, actor: Actor, space: Space) -> bool:
    """Whether the person was admitted to the space; asks the database only where it matters."""
    if space.visibility != "members" or actor.person_id is None:
        return False
    return session.get(SpaceMember, (space.id, actor.person_id)) is not None


def visible_space_ids(actor: Actor, *, token: str = "") -> Select[int]:
    """Ids of the spaces the actor sees: the set form of `may_see`, to filter what stands in them.

    The same statement is given again for the same rights: building it costs more than running it.
    """
    return _visible(actor.person_id, actor.grants, token)


_standing: Any = aliased(Item)
"""The item of a space, beside the items that stand in it."""


@lru_cache(maxsize=512)
def _visible(person_id: int | None, grants: tuple[Grant, ...], token: str) -> Select[int]:
    """The statement for these rights."""
    shown = [Space.visibility == "public"]
    if person_id is not None:
        admitted = select(SpaceMember.space_id).where(SpaceMember.person_id == person_id)
        shown.append(and_(Space.visibility == "members", Space.id.in_(admitted)))
    if grants:
        shown.append(Space.visibility == "staff")
    always = [Space.kind == "root", _read_by_role(grants)]
    if token:
        always.append(Space.preview_token == token)
    rule = or_(*always, and_(_standing.state != "preparing", or_(*shown)))
    # Each space has its item; an outer join says that the few spaces come first, where a join lets all items be read.
    return select(Space.id).outerjoin(_standing, _standing.id == Space.id).where(rule)


def visible_spaces(actor: Actor, *, token: str = "") -> ColumnElement[bool]:
    """Condition on Space: those the actor sees."""
    return Space.id.in_(visible_space_ids(actor, token=token))


def stands_in_view(actor: Actor) -> ColumnElement[bool]:
    """Condition on Item: it stands in a space the actor sees. Every list across spaces carries it."""
    return Item.space_id.in_(visible_space_ids(actor))


def _read_by_role(grants: tuple[Grant, ...]) -> ColumnElement[bool]:
    """Spaces one of the reading roles covers."""
    covered: list[ColumnElement[bool]] = []
    for grant in grants:
        if grant.role not in READERS:
            continue
        if grant.space_id is None and grant.module is None:
            return true()
        scope = [Space.id == grant.space_id] if grant.space_id is not None else []
        if grant.module is not None:
            scope.append(_standing.kind.like(f"{grant.module}.%"))
        covered.append(and_(*scope))
    return or_(*covered) if covered else false()
