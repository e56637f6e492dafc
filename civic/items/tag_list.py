# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's list of themes: added, renamed, joined, removed. A theme in use is never lost, it is joined with another."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from civic.db.types import PerLanguage
from civic.events.base import TagChanged
from civic.events.outbox import announce
from civic.i18n.texts import plain, written
from civic.items.models import ItemTag, Tag
from civic.items.tags import all_tags
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing, Refusal, Refused
from civic.settings.store import next_generation

TAG_KIND = "civic.tag"
LONGEST = 60


@dataclass(frozen=True)
class CountedTag:
    """A theme with how many items bear it, drafts included."""

    id: int
    slug: str
    name: PerLanguage
    count: int


def counted_tags(session: Session) -> list[CountedTag]:
    """The town's themes with their use, in the order of their French names."""
    rows = session.execute(
        select(Tag.id, Tag.slug, Tag.name, func.count(ItemTag.item_id))
        .outerjoin(ItemTag, ItemTag.tag_id == Tag.id)
        .group_by(Tag.id)
    )
    return sorted((CountedTag(*row) for row in rows), key=lambda tag: plain(tag.name.get("fr", tag.slug)))


def add_tag(session: Session, actor: Actor, name: PerLanguage, *, at: datetime) -> Tag:
    """Add a theme. Raises Denied, or Missing when its name is empty, too long or taken."""
    CORE_POLICY.require("tag:manage", actor, None, at)
    tag = Tag(slug=_free_slug(session, name, None), name=written(name))
    session.add(tag)
    _flush(session)
    _told(session, actor, "add_tag", tag, at, {"name": tag.name})
    return tag


def rename_tag(session: Session, actor: Actor, tag_id: int, name: PerLanguage, *, at: datetime) -> Tag:
    """Give a theme another name, and the address that goes with it. Raises as `add_tag`, or Refused when it is gone."""
    CORE_POLICY.require("tag:manage", actor, None, at)
    [tag] = _held(session, tag_id)
    before = tag.name
    slug = _free_slug(session, name, tag_id)
    if written(name).get("fr") != before.get("fr"):
        tag.slug = slug
    tag.name = written(name)
    _flush(session)
    announce(session, TagChanged(tag_id, 0, at), at=at)
    _told(session, actor, "rename_tag", tag, at, {"name": [before, tag.name]})
    return tag


def merge_tag(session: Session, actor: Actor, tag_id: int, into_id: int, *, at: datetime) -> Tag:
    """Put another theme in the place of this one, which ends. Raises Denied, Missing or Refused when one is gone."""
    CORE_POLICY.require("tag:manage", actor, None, at)
    if tag_id == into_id:
        raise Missing({"into_id": str(_("Choose another theme."))})
    held = {tag.id: tag for tag in _held(session, tag_id, into_id)}
    tag, into = held[tag_id], held[into_id]
    bears_both = select(ItemTag.item_id).where(ItemTag.tag_id == into_id)
    moved = select(ItemTag.item_id, literal(into_id)).where(
        ItemTag.tag_id == tag_id, ItemTag.item_id.not_in(bears_both)
    )
    session.execute(insert(ItemTag).from_select(["item_id", "tag_id"], moved))
    gone = session.execute(delete(ItemTag).where(ItemTag.tag_id == tag_id).returning(ItemTag.item_id)).all()
    session.delete(tag)
    announce(session, TagChanged(into_id, 0, at), at=at)
    _told(session, actor, "merge_tag", tag, at, {"name": tag.name, "into": into.slug, "items": len(gone)})
    return into


def remove_tag(session: Session, actor: Actor, tag_id: int, *, at: datetime) -> None:
    """Remove a theme that nothing bears. Raises Denied, or Refused when something does or it is gone."""
    CORE_POLICY.require("tag:manage", actor, None, at)
    [tag] = _held(session, tag_id)
    if session.scalar(select(ItemTag.item_id).where(ItemTag.tag_id == tag_id).limit(1)) is not None:
        raise Refused(Refusal("tag_in_use", _("This theme is in use: join it with another one.")))
    session.delete(tag)
    _told(session, actor, "remove_tag", tag, at, {"name": tag.name})


def _held(session: Session, *tag_ids: int) -> list[Tag]:
    """The themes, locked in order against whoever puts one on an item. Raises Refused when one is gone."""
    query = select(Tag).where(Tag.id.in_(tag_ids)).order_by(Tag.id).with_for_update()
    found = list(session.scalars(query.execution_options(populate_existing=True)))
    if len(found) != len(tag_ids):
        raise Refused(Refusal("no_such_tag", _("This theme is no longer there.")))
    return found


def _free_slug(session: Session, name: PerLanguage, tag_id: int | None) -> str:
    """The address of a name. Raises Missing when the name cannot be, or another theme has it whatever its accents."""
    french = name.get("fr", "").strip()
    slug = re.sub(r"[^a-z0-9]+", "-", plain(french))[:LONGEST].strip("-")
    if not slug:
        raise Missing({"name": str(_("Write the name in French."))})
    if any(len(text) > LONGEST for text in name.values()):
        raise Missing({"name": str(_("Write at most %(count)s characters.", count=LONGEST))})
    for other in all_tags(session):
        if other.id != tag_id and (other.slug == slug or plain(other.name.get("fr", "")) == plain(french)):
            raise Missing({"name": str(_("The town has this theme already."))})
    return slug


def _flush(session: Session) -> None:
    """Write the theme; Missing when someone gave its name to another one meanwhile (a database constraint)."""
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Missing({"name": str(_("The town has this theme already."))}) from None


def _told(session: Session, actor: Actor, act: str, tag: Tag, at: datetime, details: dict[str, Any]) -> None:
    """Journal the act, and make every process follow."""
    session.flush()
    record(session, actor, act, kind=TAG_KIND, subject_id=tag.id, at=at, details={"tag": tag.slug, **details})
    next_generation(session)
