# SPDX-License-Identifier: AGPL-3.0-or-later
"""Files of an item: the rows; the bytes stand in the store (civic/files/stores.py)."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.db.base import Base, Key
from civic.db.types import PerLanguage
from civic.ports.store import Area

WAITING, READY, REFUSED = "waiting", "ready", "refused"
ORIGINAL = "original"
"""What was sent, under this name in the private store, until the picture is drawn again."""


class StoredFile(Base):
    """A picture or a document on an item.

    Its bytes stand under `key` in the area that `visibility` names. The key changes with the area, so that an address
    under which something was public leads nowhere once it is hidden.
    """

    __tablename__ = "civic_file"
    __table_args__ = (
        CheckConstraint("purpose IN ('picture', 'document')", name="purpose"),
        CheckConstraint("state IN ('waiting', 'ready', 'refused')", name="state"),
        CheckConstraint("visibility IN ('private', 'public')", name="visibility"),
        Index(None, "item_id", "removed_at", "id"),
        Index(None, "removed_at"),
        Index(None, "document_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("civic_item.id", ondelete="CASCADE"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("civic_document.id", ondelete="SET NULL"))
    """The document or piece of news of the item that it comes with, where the town published it there."""
    purpose: Mapped[str] = mapped_column(Key)
    """picture or document."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("civic_person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"), index=True)
    """Who sent it; a clerk's account when the town did."""
    name: Mapped[str] = mapped_column(String(120))
    """As it was called, made harmless: shown, and offered at a download."""
    media_type: Mapped[str] = mapped_column(Key)
    size: Mapped[int]
    """Bytes of what was sent."""
    sha256: Mapped[str] = mapped_column(String(64))
    """Digest of what was sent."""
    width: Mapped[int | None]
    height: Mapped[int | None]
    """Pixels: as sent while it waits, of the largest size once it is ready."""
    alternative: Mapped[PerLanguage] = mapped_column(default=dict)
    """What the picture shows, for whoever does not see it; what a document is."""
    state: Mapped[str] = mapped_column(Key)
    """waiting (a job draws it again), ready, or refused (no picture could be made of it)."""
    visibility: Mapped[str] = mapped_column(Key, default=Area.PRIVATE.value)
    """The area its bytes stand in; whether it is shown depends on its item, at each request."""
    key: Mapped[str] = mapped_column(String(40), unique=True)
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    """Shown nowhere from then on; destroyed when the town's delay is over."""
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("civic_account.id"), index=True)
    """Who took it away for the town, so that it may be put back; empty where whoever sent it removed it."""
    renditions: Mapped[list["FileRendition"]] = relationship(
        lazy="selectin", order_by="FileRendition.width, FileRendition.name", passive_deletes=True
    )

    @property
    def area(self) -> Area:
        """Where its bytes stand."""
        return Area(self.visibility)

    def paths(self) -> list[str]:
        """Where each of its objects stands in the store."""
        names: Iterable[str] = [one.name for one in self.renditions]
        if self.state == WAITING:
            names = [ORIGINAL]
        return [f"{self.key}/{name}" for name in names]


class FileRendition(Base):
    """One object that can be asked for: a size of a picture in a format (`960.webp`), or the document itself."""

    __tablename__ = "civic_file_rendition"

    file_id: Mapped[int] = mapped_column(ForeignKey("civic_file.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    media_type: Mapped[str] = mapped_column(Key)
    width: Mapped[int | None]
    height: Mapped[int | None]
    size: Mapped[int]
