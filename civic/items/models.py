# SPDX-License-Identifier: AGPL-3.0-or-later
"""The spine (`civic_item`): what home, search, quartier pages and the desk read in one query, whatever modules exist."""

from datetime import datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, Index, Integer, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column

from civic.db.base import Base, Key
from civic.db.types import PerLanguage
from civic.workflow.guarding import refuse_unguarded_state
from civic.workflow.stateful import Stateful


class Item(Stateful):
    """Anything public that has a life; a module's row shares its id. `state` stands only here."""

    __tablename__ = "civic_item"
    __table_args__ = (
        Index("ix_civic_item_list", "kind", "visible", "published_at", "id"),
        Index("ix_civic_item_list_supports", "kind", "visible", "support_count", "id"),
        Index("ix_civic_item_list_moved", "kind", "visible", "state_at", "id"),
        Index("ix_civic_item_list_state", "kind", "visible", "state", "published_at", "id"),
        Index("ix_civic_item_list_quartier", "kind", "visible", "quartier_id", "published_at", "id"),
        Index("ix_civic_item_list_space", "kind", "visible", "space_id", "published_at", "id"),
        Index("ix_civic_item_recent", "visible", "published_at", "id"),
        Index("ix_civic_item_quartier", "quartier_id", "visible", "published_at", "id"),
        Index("ix_civic_item_due", "department_id", "due_at", "id"),
        Index("ix_civic_item_due_all", "due_at", "id"),
        Index(None, "organisation_id", "id"),
        # SQLite never gives an id twice: what the journal says of a discarded draft is not another item's.
        {"sqlite_autoincrement": True},
    )

    kind: Mapped[str] = mapped_column(Key)
    """Resource key: `proposals.proposal`."""
    number: Mapped[int | None] = mapped_column(unique=True)
    """Public number, unique in the town, given at submission, kept for ever."""
    space_id: Mapped[int | None] = mapped_column(ForeignKey("civic_item.id"), index=True)
    """The space's own item; a space stands in itself, so that a role scoped to it covers it."""
    component_id: Mapped[int | None] = mapped_column(ForeignKey("civic_component.id", use_alter=True), index=True)
    quartier_id: Mapped[int | None] = mapped_column(ForeignKey("civic_quartier.id"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("civic_person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("civic_organisation.id"))
    """In whose name it speaks; the author stays the person, who alone counts in limits."""
    department_id: Mapped[int | None] = mapped_column(ForeignKey("civic_department.id"))
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"), index=True)
    title: Mapped[PerLanguage]
    language: Mapped[str] = mapped_column(String(5), default="fr")
    place: Mapped[str] = mapped_column(String(200), default="")
    lon: Mapped[float | None] = mapped_column(Float)
    lat: Mapped[float | None] = mapped_column(Float)
    channel: Mapped[str] = mapped_column(Key, default="web")
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    visible: Mapped[bool] = mapped_column(default=False)
    support_count: Mapped[int] = mapped_column(default=0)
    comment_count: Mapped[int] = mapped_column(default=0)
    follow_count: Mapped[int] = mapped_column(default=0)


event.listen(Item.state, "set", refuse_unguarded_state)


class PublicNumber(Base):
    """Gives public numbers without a hot row: inserting a line takes the next one (gaps are harmless)."""

    __tablename__ = "civic_public_number"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads this exact attribute

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"), unique=True)


class CountDelta(Base):
    """A change to a stored count, folded into the item every few seconds: voters never queue on one row."""

    __tablename__ = "civic_count_delta"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id", ondelete="CASCADE"), index=True)
    counter: Mapped[str] = mapped_column(Key)
    """support, comment or follow."""
    amount: Mapped[int] = mapped_column(Integer)


class Tag(Base):
    """A word of the town's own list of themes."""

    __tablename__ = "civic_tag"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Key, unique=True)
    name: Mapped[PerLanguage]


class ItemTag(Base):
    """A theme on an item."""

    __tablename__ = "civic_item_tag"

    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id", ondelete="CASCADE"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("civic_tag.id"), primary_key=True, index=True)


class Document(Base):
    """A document or a piece of news attached to an item (files come with their own capability)."""

    __tablename__ = "civic_document"
    __table_args__ = (Index(None, "item_id", "published_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id", ondelete="CASCADE"))
    nature: Mapped[str] = mapped_column(Key)
    """document or news."""
    title: Mapped[PerLanguage]
    body: Mapped[PerLanguage] = mapped_column(default=dict)
    url: Mapped[str] = mapped_column(String(500), default="")
    published_at: Mapped[datetime]


class ItemLink(Base):
    """A typed link between two items of any modules: `includes`, `merged_into`, `answers`."""

    __tablename__ = "civic_item_link"
    __table_args__ = (UniqueConstraint("source_id", "relation", "target_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"))
    relation: Mapped[str] = mapped_column(Key)
    target_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
